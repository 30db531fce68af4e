"""A province or a centrally-run city: whose programme it is, and whose people may see it."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from smartcity.lib.language.name_matching import is_same_place
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LineField
from smartcity.lib.records.typed_fields import DayField

# What stands on every page, file, letter and answer that shows anything of a simulated province.
SIMULATED = "Tỉnh mẫu – số liệu mô phỏng để tập huấn. Không phải số liệu của tỉnh nào; không đặt cạnh số liệu thật."
# From a province to the one that its territory is in today; in Vietnam's reorganisations none was merged thrice.
MERGERS = ["merged_into", "merged_into__merged_into"]


class ProvinceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The user's own province and those merged into it; all of them for whose office is the whole country.

        Of the user's world alone: the real provinces, or the simulated ones.
        """
        of_world = self.filter(is_simulated=user.is_simulated)
        if user.sees_every_province:
            return of_world
        if user.reach:
            return of_world.filter(pk__in=user.reach.provinces)
        return of_world.kept_by(user.province_id) if user.province_id else self.none()

    def kept_by(self, province_id: int):
        """The province itself, and those that have become part of it: their records are its to go on with."""
        today = localdate()
        kept, ended = Q(pk=province_id), Q(in_force_to__lt=today)
        for path in MERGERS:
            kept |= Q(**{path: province_id}) & ended
            ended &= Q(**{f"{path}__in_force_to__lt": today})
        return self.filter(kept)


def in_visible_province(user, path: str = "") -> Q:
    """The rows of whose province, at the end of ``path`` («task__programme__»), the user may see the records.

    For whose office is the whole country that is each of them, in their world; where there is no other world, nothing
    is joined to find it out.
    """
    if user.sees_every_province:
        return Q() if user.is_of_the_only_world else Q(**{f"{path}province__is_simulated": user.is_simulated})
    return Q(**{f"{path}province__in": Province.objects.visible_to(user)})


def central_or_in_visible_province(user) -> Q:
    """The same of what may be of no province: what is of central bodies is real, so those of a simulated world see
    none of it.
    """
    visible = in_visible_province(user)
    if user.is_simulated:
        return visible & Q(province__isnull=False)
    # An empty condition joined by «or» would be none.
    return Q(province=None) | visible if visible else visible


def central_or_in(provinces: Sequence["Province"]) -> Q:
    """What is of these provinces, and what is of central bodies, of which a simulated province has none."""
    of_provinces = Q(province__in=provinces)
    return of_provinces if any(one.is_simulated for one in provinces) else Q(province=None) | of_provinces


class Province(CheckedTogether):
    """A unit of the first level. It ends when the National Assembly merges it; its records stay its own.

    From the day after its last one, people of the province that it was merged into see its records.
    """

    # No row of it is ever removed: one that was read is there.
    STAYS = True

    code = models.SlugField("mã", max_length=20, unique=True, help_text="Chữ không dấu, ví dụ: ba-ria-vung-tau.")
    name = LineField("tên", max_length=100, unique=True, help_text="Tên đầy đủ, ví dụ: Tỉnh Hải Dương.")
    in_force_from = DayField("hoạt động từ ngày", null=True, blank=True)
    in_force_to = DayField("hoạt động đến hết ngày", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        verbose_name="hợp nhất vào",
        on_delete=models.PROTECT,
        related_name="merged_provinces",
        null=True,
        blank=True,
        help_text="Tỉnh, thành phố mới, khi tỉnh này kết thúc hoạt động.",
    )
    merge_document = models.ForeignKey(
        "programme.LegalDocument",
        verbose_name="văn bản hợp nhất",
        on_delete=models.PROTECT,
        related_name="merged_provinces",
        null=True,
        blank=True,
    )
    is_simulated = models.BooleanField(
        "mô phỏng", default=False, editable=False, help_text="Số liệu do lệnh simulate lập ra, không có thật."
    )

    objects = ProvinceQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "tỉnh, thành phố"
        verbose_name_plural = "tỉnh, thành phố"
        constraints = [
            models.CheckConstraint(
                condition=Q(in_force_to__gte=F("in_force_from")) | Q(in_force_from=None) | Q(in_force_to=None),
                name="province_ends_after_it_begins",
                violation_error_message="Ngày kết thúc phải từ ngày bắt đầu hoạt động trở đi.",
                violation_error_code="in_force_to",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(in_force_to__isnull=False),
                name="province_merged_has_its_last_day",
                violation_error_message="Tỉnh đã hợp nhất thì phải có ngày kết thúc hoạt động.",
                violation_error_code="in_force_to",
            ),
            models.CheckConstraint(
                condition=Q(merge_document=None) | Q(merged_into__isnull=False),
                name="province_merge_document_speaks_of_a_merger",
                violation_error_message="Có văn bản hợp nhất thì phải chọn tỉnh, thành phố hợp nhất vào.",
                violation_error_code="merged_into",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="province_is_not_merged_into_itself",
                violation_error_message="Một tỉnh không thể hợp nhất vào chính nó.",
                violation_error_code="merged_into",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def simulated_note(self) -> str:
        """What has to stand beside anything that is shown of it; empty for a real one."""
        return SIMULATED if self.is_simulated else ""

    @property
    def carried_on_in(self) -> list["Province"]:
        """The province itself, and those that its territory has become part of: their acts hold for it."""
        provinces = [self]
        while (following := provinces[-1]._known_merged_into()) and len(provinces) <= len(MERGERS):
            provinces.append(following)
        return provinces

    def _known_merged_into(self) -> "Province | None":
        """Whoever reads what was known earlier is of the present: their province may name one not known then."""
        try:
            return self.merged_into
        except Province.DoesNotExist:
            return None

    def may_name(self, province_id: int | None) -> bool:
        """Whether its records may name what is of that province, or, with None, of a central body."""
        if province_id is None:
            return not self.is_simulated
        return province_id in {one.pk for one in self.carried_on_in}

    def clean(self):
        others = Province.objects.filter(is_simulated=self.is_simulated).exclude(pk=self.pk).exclude(name=self.name)
        others = others.order_by("pk")
        for name in others.values_list("name", flat=True):
            if is_same_place(name, self.name):
                raise ValidationError({"name": f"«{self.name}» là cách viết khác của tỉnh, thành phố đã có: {name}."})
        if self.merged_into and self.merged_into.is_simulated != self.is_simulated:
            raise ValidationError(
                {"merged_into": "Tỉnh mô phỏng và tỉnh thật không hợp nhất vào nhau. Chọn tỉnh khác."}
            )
        if self.merged_into is None or self.in_force_to is None or self.merged_into_id == self.pk:
            return
        ends = self.merged_into.in_force_to
        if ends and ends <= self.in_force_to:
            raise ValidationError(
                {"merged_into": f"{self.merged_into} kết thúc hoạt động trước tỉnh này. Chọn tỉnh còn hoạt động."}
            )
