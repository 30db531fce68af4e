"""What a council decided to do over years; its name, periods and goals belong to its revisions."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from programme.history import SignedRecords
from programme.models.agency import Agency
from programme.models.province import Province


class ProgrammeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(province__in=Province.objects.visible_to(user))


class Programme(models.Model):
    """An identity with a code that never changes. Everything that a document can change is in a revision."""

    province = models.ForeignKey(
        Province, verbose_name="tỉnh, thành phố", on_delete=models.PROTECT, related_name="programmes"
    )
    code = models.SlugField("mã đề án", max_length=30, unique=True, help_text="Không dấu, không đổi: BRVT-DTTM.")
    coordinating_agency = models.ForeignKey(
        Agency,
        verbose_name="cơ quan đầu mối",
        on_delete=models.PROTECT,
        related_name="coordinated_programmes",
        help_text="Cơ quan tổng hợp, tiếp nhận báo cáo của đề án.",
    )

    objects = ProgrammeQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "đề án"
        verbose_name_plural = "đề án"

    def __str__(self):
        return self.code

    def get_absolute_url(self):
        return reverse("programme_detail", args=[self.code])

    def clean(self):
        if self.coordinating_agency_id and self.coordinating_agency.province_id != self.province_id:
            raise ValidationError({"coordinating_agency": "Cơ quan đầu mối phải thuộc tỉnh của đề án."})

    def is_coordinated_by(self, user) -> bool:
        """Whether ``user`` speaks for the agency that gathers and accepts this programme's reports."""
        return user.is_coordinator and user.agency_id == self.coordinating_agency_id
