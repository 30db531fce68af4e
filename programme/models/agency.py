"""The bodies that decide, lead, coordinate and advise."""

import re
from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from programme.models.province import Province, central_or_in, central_or_in_visible_province
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.name_matching import is_same_name
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import FoldedField, LineField
from smartcity.lib.records.typed_fields import DayField


class AgencyKind(models.TextChoices):
    COUNCIL = "council", "Hội đồng nhân dân"
    COMMITTEE = "committee", "Ủy ban nhân dân cấp tỉnh"
    OFFICE = "office", "Văn phòng"
    DEPARTMENT = "department", "Sở, ban, ngành"
    POLICE = "police", "Công an"
    LOCAL_COMMITTEE = "local_committee", "Ủy ban nhân dân cấp huyện, xã"
    PARTY = "party", "Cơ quan Đảng"
    CENTRAL = "central", "Cơ quan trung ương"
    AUDIT = "audit", "Kiểm toán, thanh tra"
    CONSULTANT = "consultant", "Đơn vị tư vấn"
    OTHER = "other", "Cơ quan khác"


# What may stand before the name of a province and not mean it: «thành phố Hải Dương» is a city in Tỉnh Hải Dương.
LEVELS = ["tỉnh", "thành phố", "quận", "huyện", "thị xã", "thị trấn", "phường", "xã", "đặc khu"]
DASHES = re.compile(r"[\u2010-\u2015]")


class AgencyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Agencies of the user's province, and the central ones that everybody's documents come from."""
        return self.filter(central_or_in_visible_province(user))

    def within_reach_of(self, provinces: Sequence[Province]):
        """Agencies of these provinces, and the central ones."""
        return self.filter(central_or_in(provinces))

    def kept_by(self, user):
        """Agencies that ``user``, as an administrator, looks after: of the provinces that they see, or all."""
        if user.sees_every_province:
            return self.visible_to(user)
        return self.filter(province__in=Province.objects.visible_to(user))

    def ended(self, on: date):
        """Those that no longer existed on the day ``on``: ended themselves, or with their province."""
        return self.filter(Q(in_force_to__lt=on) | Q(province__in_force_to__lt=on))

    def without_successor(self, on: date):
        """Those of which nobody has recorded who carries on by the day ``on``."""
        return self.exclude(successions__effective_on__lte=on)


class Agency(models.Model):
    """A body under one name, from a day to a day. A central one has no province.

    A renamed or merged body is another agency: documents keep the name that was true when they were signed.
    """

    # No row of it is ever removed: one that was read is there.
    STAYS = True

    CALLED = ("name", "short_name")

    province = models.ForeignKey(
        Province,
        verbose_name="tỉnh, thành phố",
        on_delete=models.PROTECT,
        related_name="agencies",
        null=True,
        blank=True,
        help_text="Để trống nếu là cơ quan trung ương.",
    )
    name = LineField("tên", max_length=200)
    short_name = LineField("tên viết tắt", max_length=50, blank=True)
    kind = models.CharField("loại", max_length=20, choices=AgencyKind, default=AgencyKind.DEPARTMENT)
    in_force_from = DayField("hoạt động từ ngày", null=True, blank=True)
    in_force_to = DayField("hoạt động đến hết ngày", null=True, blank=True)
    search_text = FoldedField(of=["name", "short_name"])

    objects = AgencyQuerySet.as_manager()
    history = SignedRecords(excluded_fields=["search_text"])

    class Meta:
        verbose_name = "cơ quan"
        verbose_name_plural = "cơ quan"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "name"],
                condition=Q(in_force_to=None),
                name="agency_one_living_name_in_a_province",
                violation_error_message="Tỉnh này đã có một cơ quan đang hoạt động mang tên đó.",
                violation_error_code="name",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(in_force_to=None, province=None),
                name="agency_one_living_central_name",
                violation_error_message="Đã có một cơ quan trung ương đang hoạt động mang tên đó.",
                violation_error_code="name",
            ),
            models.CheckConstraint(
                condition=Q(in_force_to__gte=F("in_force_from")) | Q(in_force_from=None) | Q(in_force_to=None),
                name="agency_ends_after_it_begins",
                violation_error_message="Ngày kết thúc phải từ ngày bắt đầu hoạt động trở đi.",
                violation_error_code="in_force_to",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("agency_detail", args=[self.pk])

    def clean(self):
        """Refuse a second living agency under another spelling of the same name; the same spelling is a constraint."""
        if self.in_force_to is not None:
            return
        place = self.province.name if self.province else ""
        living = Agency.objects.filter(province=self.province_id, in_force_to=None).exclude(pk=self.pk)
        for name in living.exclude(name=self.name).order_by("pk").values_list("name", flat=True):
            if is_same_name(name, self.name, place=place):
                raise ValidationError(
                    {"name": f"«{self.name}» là cách viết khác của cơ quan đã có: {name}. Dùng cơ quan đó."}
                )

    @property
    def label(self) -> str:
        """The short name where there is one: for tables and lines that name several agencies."""
        return self.short_name or self.name

    @property
    def name_in_province(self) -> str:
        """The name as its own province's papers have it: «Sở Tài chính», «Công an tỉnh», «Ủy ban nhân dân tỉnh».

        The province's name is left out; its level stays, but with a Sở, of which only provinces have any.
        """
        if self.province is None:
            return self.name
        level, place = _parted(self.province.name)
        rest = re.match(rf"(.+?) *\b{re.escape(place)}$", DASHES.sub("-", self.name), re.IGNORECASE)
        if rest is None:
            return self.name
        said = self.name[: rest.end(1)]
        before = next((one for one in LEVELS if said.casefold().endswith(f" {one}")), "")
        if before not in ("", level):
            return self.name
        if before and said.startswith("Sở "):
            return said[: -len(before)].rstrip()
        return said

    @property
    def last_day(self) -> date | None:
        """The last day of the agency, or of its province when that came to an end first."""
        days = [self.in_force_to, self.province.in_force_to if self.province else None]
        return min((day for day in days if day), default=None)

    def has_ended(self, on: date) -> bool:
        """Whether the agency no longer existed on the day ``on``."""
        return self.last_day is not None and self.last_day < on

    def refuse_ended(self, on: date, successors: list[str]) -> None:
        """Raise ``ValidationError`` where it had ended by the day ``on`` and others are known to carry on.

        Where nobody has recorded who does, it may be named.
        """
        if self.last_day and self.has_ended(on) and successors:
            raise ValidationError(
                f"«{self}» hoạt động đến hết {say_day(self.last_day)}. Ghi cơ quan kế thừa: {'; '.join(successors)}."
            )


def _parted(province: str) -> tuple[str, str]:
    """The level of a province inside a sentence, and its bare name: («tỉnh», «Hải Dương»)."""
    said = DASHES.sub("-", province)
    level = next((one for one in LEVELS if said.casefold().startswith(f"{one} ")), "")
    return level, said[len(level) :].lstrip()
