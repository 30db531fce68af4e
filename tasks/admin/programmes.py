"""The admin's list of programmes with the figures of each: they are of tasks, of which programmes know nothing."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse

from programme.admin.programmes import ProgrammeAdmin
from programme.models import Programme
from smartcity.lib.admin.lists import FileChangeList, SignedChangeList
from smartcity.lib.log.known.marks import known_today
from tasks.figures.headline import short_headline
from tasks.figures.reading import FACETS_OF_CARDS, read_programmes


class WithFigures:
    """Reads the figures of today of all rows of a page, or of a part of a file, at once."""

    def completed(self, rows):
        programmes = list(rows)
        for day in read_programmes(programmes, as_of=known_today(), facets=FACETS_OF_CARDS):
            day.programme.day_today = day
        return programmes


class ProgrammeChangeList(WithFigures, SignedChangeList):
    pass


class ProgrammeFileChangeList(WithFigures, FileChangeList):
    pass


admin.site.unregister(Programme)


@admin.register(Programme)
class ProgrammeWithFiguresAdmin(ProgrammeAdmin):
    list_display = ["code", "current_name", "figures", "coordinator", "province"]

    def get_changelist(self, request, **kwargs):
        is_file = super().get_changelist(request, **kwargs) is FileChangeList
        return ProgrammeFileChangeList if is_file else ProgrammeChangeList

    def response_post_save_add(self, request, obj):
        """Whoever coordinates it goes on with what it decides first; there is nothing yet to look at."""
        if request.user.has_perm("programme.add_revision") and obj.is_coordinated_by(request.user):
            return HttpResponseRedirect(reverse("revision_first", args=[obj.code]))
        return super().response_post_save_add(request, obj)

    @admin.display(description="hoàn thành")
    def figures(self, obj):
        return short_headline(obj.day_today)
