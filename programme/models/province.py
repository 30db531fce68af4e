"""A province or a centrally-run city: whose programme it is, and whose people may see it."""

from django.db import models
from django.db.models import F, Q

from programme.history import SignedRecords
from programme.text import LineField


class ProvinceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The user's own province; all of them for those whose office is the whole country."""
        if user.sees_every_province:
            return self
        return self.filter(pk=user.province_id) if user.province_id else self.none()


class Province(models.Model):
    """A unit of the first level. It ends when the National Assembly merges it; its records stay its own."""

    code = models.SlugField("mã", max_length=20, unique=True, help_text="Chữ không dấu, ví dụ: ba-ria-vung-tau.")
    name = LineField("tên", max_length=100, unique=True, help_text="Tên đầy đủ, ví dụ: Tỉnh Hải Dương.")
    in_force_from = models.DateField("hoạt động từ ngày", null=True, blank=True)
    in_force_to = models.DateField("hoạt động đến hết ngày", null=True, blank=True)

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
        ]

    def __str__(self):
        return self.name
