"""What narrows a list of the admin by a related record."""

from django.contrib.admin import RelatedFieldListFilter
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext as _

from smartcity.lib.language.text import clean_line, sort_key, words_to_find

# So many are offered one beside the other; of more nobody reads the list.
MOST_CHOICES = 40
# Of what an address has as a key, longer ones are none.
LONGEST_KEY = 19


class VisibleFilter(RelatedFieldListFilter):
    """Filters a list by a related record, of those that the user may see.

    Where these are more than one reads, a field takes their place: what is typed narrows the list to the records that
    are called so, and offers the first of these. One query, and no more rows than are offered, however many there are.
    """

    def expected_parameters(self):
        return [*super().expected_parameters(), self.typed_name]

    @property
    def typed_name(self) -> str:
        return f"{self.field_path}__tim"

    def field_choices(self, field, request, model_admin):
        self.typed = clean_line((self.used_parameters.pop(self.typed_name, None) or [""])[-1])
        self.related = field.remote_field.model
        self.visible = self.related._default_manager.visible_to(request.user)
        key = (self.lookup_val or [""])[-1]
        chosen = Q(pk=key) if key.isdecimal() and len(key) < LONGEST_KEY else Q(pk=None)
        offered = self.visible.filter(self.called_so() | chosen) if self.typed else self.visible
        # What is chosen already comes first: it is told, whatever else there is.
        place = Case(When(chosen, then=Value(0)), default=Value(1))
        rows = list(offered.order_by(place, self.called, "pk")[: MOST_CHOICES + 1])
        self.has_more = len(rows) > MOST_CHOICES
        self.is_searched = bool(self.typed) or self.has_more
        if self.is_searched:
            self.template = "admin/searched_filter.html"
            rows = rows[:MOST_CHOICES] if self.typed else [row for row in rows if str(row.pk) == key]
        return sorted(((row.pk, str(row)) for row in rows), key=lambda choice: sort_key(choice[1]))

    @property
    def called(self) -> str:
        """The field that says what the related records are called."""
        return "name" if "name" in {field.name for field in self.related._meta.fields} else "code"

    def called_so(self) -> Q:
        """Those that have each of the typed words in their folded text, or in their code; or the whole as it stands."""
        is_folded = "search_text" in {field.name for field in self.related._meta.fields}
        lookup = "search_text__contains" if is_folded else "code__icontains"
        words = Q(*((lookup, word) for word in words_to_find(self.typed)))
        return words if is_folded else words | Q(**{f"{self.called}__icontains": self.typed})

    def has_output(self):
        return self.is_searched or super().has_output()

    def queryset(self, request, queryset):
        narrowed = super().queryset(request, queryset)
        return (
            narrowed.filter(**{f"{self.field_path}__in": self.visible.filter(self.called_so())})
            if self.typed
            else narrowed
        )

    def choices(self, changelist):
        if not self.is_searched:
            yield from super().choices(changelist)
            return
        own = self.expected_parameters()
        params = changelist.filter_params.items()
        self.kept = [(name, value) for name, values in params if name not in own for value in values]
        is_all = not (self.typed or self.lookup_val or self.lookup_val_isnull)
        yield _choice(changelist, _("All"), own, {}, is_selected=is_all)
        if self.typed:
            yield _choice(changelist, f"có chữ «{self.typed}»", own, {self.typed_name: self.typed}, is_selected=True)
        for key, label in self.lookup_choices:
            is_selected = str(key) in (self.lookup_val or [])
            yield _choice(changelist, label, own, {self.lookup_kwarg: key}, is_selected=is_selected)
        if self.include_empty_choice:
            none, is_selected = {self.lookup_kwarg_isnull: "True"}, bool(self.lookup_val_isnull)
            yield _choice(changelist, self.empty_value_display, own, none, is_selected=is_selected)


def _choice(changelist, label: str, own: list[str], chosen: dict, *, is_selected: bool) -> dict:
    query = changelist.get_query_string(chosen, remove=own)
    return {"display": label, "selected": is_selected, "query_string": query}
