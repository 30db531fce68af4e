"""Progress reports in the admin: their list, and which page a report opens on."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from unfold.decorators import action

from smartcity.lib.admin import RecordAdmin, VisibleFilter
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.columns import Column
from tasks.admin.evidence import EvidenceInline
from tasks.figures.report_words import PROGRAMME, TASK_CODE, word_columns
from tasks.models import ProgressUpdate
from tasks.pages.reports import reviewing_views, sending_views, withdrawing_views, writing_views
from tasks.pages.reports.report_page import correction_of
from tasks.task_names import with_task_name

DECIDED = ["state", "author", "reviewer", "reported_on", "return_reason"]


@admin.register(ProgressUpdate)
class ProgressUpdateAdmin(RecordAdmin):
    """What is still open is written on its own page; what was sent is read here."""

    list_display = ["task_name", "as_of", "status", "percent_told", "state", "author", "reviewer"]
    file_columns = [
        Column(PROGRAMME, lambda report: report.task.programme.code),
        Column(TASK_CODE, lambda report: report.task.code),
        *word_columns(lambda report: report.pk, getattr),
    ]
    list_filter = ["state", "status", ("task__programme", VisibleFilter)]
    list_select_related = ["task__programme", "author", "reviewer"]
    search_fields = ["task__plans__search_text"]
    ordering = ["-as_of", "-pk"]
    inlines = [EvidenceInline]
    actions_detail = ["correct", "take_back"]
    fieldsets = [
        ("Tình trạng", {"fields": DECIDED}),
        (
            None,
            {
                "fields": [
                    ("task", "cycle"),
                    ("as_of", "status", "percent"),
                    ("completed_on", "operation_state", "causes"),
                    ("results", "next_steps"),
                    ("obstacles", "proposals"),
                    ("objective_cause", "subjective_cause"),
                    ("percent_reason", "disbursed_vnd"),
                    ("step", "step_done_on"),
                    ("document", "corrects"),
                ]
            },
        ),
    ]

    def get_urls(self):
        pages = [
            ("tiep-nhan/", reviewing_views.accept_many, "accept_many"),
            ("<int:pk>/kiem-tra/", sending_views.check, "check"),
            ("<int:pk>/xem-xet/", reviewing_views.review, "review"),
            ("<int:pk>/thu-hoi/", withdrawing_views.withdraw, "withdraw"),
        ]
        own = [
            path(address, self.admin_site.admin_view(self._page(view)), name=f"tasks_progressupdate_{name}")
            for address, view, name in pages
        ]
        return own + super().get_urls()

    def _page(self, view):
        def page(request, **kwargs):
            return view(request, self.admin_site, **kwargs)

        return page

    def with_columns(self, rows):
        return with_task_name(rows, known_today())

    def has_change_permission(self, request, obj=None):
        # The form of a report is a page of its own; this one only shows.
        return obj is None and super().has_change_permission(request, obj)

    def has_correct_permission(self, request, object_id=None):
        """Whether the report counts, and the person reports on its task."""
        return ProgressUpdate.objects.correctable_by(request.user, known_today()).filter(pk=object_id).exists()

    def has_withdraw_permission(self, request, object_id=None):
        return ProgressUpdate.objects.withdrawable_by(request.user, known_today()).filter(pk=object_id).exists()

    @action(description="Đính chính", url_path="dinh-chinh", permissions=["correct"])
    def correct(self, request, object_id):
        """The form of another report in the place of this one, filled with what it says."""
        update = get_object_or_404(ProgressUpdate.objects.visible_to(request.user), pk=object_id)
        return HttpResponseRedirect(correction_of(update))

    @action(description="Thu hồi", url_path="den-thu-hoi", permissions=["withdraw"])
    def take_back(self, request, object_id):
        """The page that asks whether the report is meant to be taken back."""
        return HttpResponseRedirect(reverse("admin:tasks_progressupdate_withdraw", args=[object_id]))

    def add_view(self, request, form_url="", extra_context=None):
        return writing_views.begin(request, self.admin_site)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        response = writing_views.go_on(request, self.admin_site, object_id)
        if response is None and request.method == "POST":
            update = self.get_object(request, object_id)
            response = update and writing_views.write_in_vain(request, update)
        if response:
            return response
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.display(description="nhiệm vụ")
    def task_name(self, obj):
        return obj.task_name or obj.task.code

    @admin.display(description="tiến độ", ordering="percent")
    def percent_told(self, obj):
        return "chưa nêu" if obj.percent is None else f"{obj.percent}%"

    percent_told.export_value = "percent"
