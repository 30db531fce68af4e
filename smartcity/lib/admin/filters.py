"""What narrows a list of the admin by a related record."""

from django.contrib.admin import RelatedFieldListFilter

from smartcity.lib.language.text import sort_key


class VisibleFilter(RelatedFieldListFilter):
    """Filters a list by a related record, of those that the user may see."""

    def field_choices(self, field, request, model_admin):
        related = field.remote_field.model._default_manager.visible_to(request.user)
        return sorted(((record.pk, str(record)) for record in related), key=lambda choice: sort_key(choice[1]))
