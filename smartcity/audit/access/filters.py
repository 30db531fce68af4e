"""What may be asked of the log of access."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Case, Q, When
from django.utils.timezone import make_aware

from programme.models import Agency, User
from smartcity.audit.access.models import LONGEST_NAME, AccessEntryQuerySet, AccessKind, Outcome
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.text import clean_line, fold
from smartcity.lib.pages.lists import FilterForm
from smartcity.lib.records.typed_fields import DayInput, TypedDay

# So many people of one name are looked for; who means one of them types more of it.
MOST_PEOPLE = 50


class AccessFilterForm(FilterForm):
    """``?nguoi=…&co-quan=12&viec=export&ket-qua=refused&mang=10.0.0.7&tu=…&den=…``.

    What cannot be read says so beside its field, and nothing is told: without it more would be than was asked for.
    """

    nguoi = forms.CharField(label="Tên đăng nhập, họ tên", required=False, max_length=LONGEST_NAME)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.user = user
        agencies = Agency.objects.visible_to(user).order_by("name").values_list("pk", "name")
        for name, label, choices in (
            ("co-quan", "Cơ quan", [(str(pk), called) for pk, called in agencies]),
            ("viec", "Việc", AccessKind.choices),
            ("ket-qua", "Kết quả", Outcome.choices),
        ):
            field = forms.ChoiceField(label=label, required=False, choices=[("", "Tất cả"), *choices])
            field.error_messages["invalid_choice"] = "Không có lựa chọn này. Chọn một trong danh sách."
            self.fields[name] = field
        self.fields["mang"] = forms.GenericIPAddressField(
            label="Địa chỉ mạng",
            required=False,
            unpack_ipv4=True,
            error_messages={"invalid": "Nhập một địa chỉ mạng đầy đủ, ví dụ 10.0.0.7."},
        )
        self.fields["tu"] = TypedDay(label="Từ ngày", required=False, widget=DayInput)
        self.fields["den"] = TypedDay(label="Đến hết ngày", required=False, widget=DayInput)

    def clean(self):
        given = super().clean()
        first, last = given.get("tu"), given.get("den")
        if first and last and first > last:
            self.add_error("den", f"Đến hết ngày {say_day(last)} là trước từ ngày {say_day(first)}.")
        return given

    def narrowed(self, rows: AccessEntryQuerySet) -> AccessEntryQuerySet:
        """One query more where a person is asked for. None where something that is asked for cannot be read."""
        if not self.is_valid():
            return rows.none()
        if name := self.typed("nguoi"):
            rows = rows.filter(self._of_person(clean_line(name)))
        if agency := self.typed("co-quan"):
            rows = rows.filter(agency_key=int(agency))
        for name, column in (("viec", "kind"), ("ket-qua", "outcome"), ("mang", "address")):
            if value := self.typed(name):
                rows = rows.filter(**{column: value})
        if first := self.typed("tu"):
            rows = rows.filter(at__gte=_begins(first))
        if last := self.typed("den"):
            rows = rows.filter(at__lt=_begins(last) + timedelta(days=1))
        return rows

    def _shown(self, name: str, value: Any) -> Any:
        return say_day(value) if isinstance(value, date) else super()._shown(name, value)

    def _of_person(self, name: str) -> Q:
        """Of the account with this name to sign in by; else of everybody who is called so, or typed exactly that."""
        people = User.objects.visible_to(self.user)
        found = people.filter(Q(username=name.lower()) | Q(search_text__contains=fold(name)))
        found = found.order_by(Case(When(username=name.lower(), then=0), default=1), "pk")
        called = list(found.values_list("pk", "username")[:MOST_PEOPLE])
        keys = [pk for pk, username in called if username == name.lower()] or [pk for pk, _ in called]
        return Q(user__in=keys) | Q(account__in=keys) | Q(name=name)


def _begins(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))
