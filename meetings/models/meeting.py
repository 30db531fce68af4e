"""Meetings: what was met about, who was there, what they said, in which notice it ended."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OrderBy, Q
from django.urls import reverse

from meetings.models.lock import refuse_if_locked
from programme.models import Agency, LegalDocument, Programme, Province, User, in_visible_province
from programme.rights import CHANGE
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import FoldedField, LineField, LongTextField
from smartcity.lib.records.typed_fields import DayField, HourField


class MeetingState(models.TextChoices):
    PLANNED = "planned", "Đã lên lịch"
    HELD = "held", "Đã họp, chưa kết luận"
    CONCLUDED = "concluded", "Đã kết luận"


class AttendanceRole(models.TextChoices):
    CHAIR = "chair", "Chủ trì"
    MEMBER = "member", "Thành viên dự họp"
    REPORTER = "reporter", "Báo cáo"
    CONSULTANT = "consultant", "Đơn vị tư vấn"
    INVITED = "invited", "Được mời"


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user))

    def concluded(self, on: date):
        """Those held by the day ``on`` whose conclusions are closed: what they direct is to be done."""
        return self.filter(held_on__lte=on, version__gte=1)

    def told_to(self, user):
        """Those whose conclusions the person may read: all that are closed, and drafts where ``reads_drafts``."""
        return self.filter(told_to(user))


def order_of_meetings(path: str = "", *, newest_first: bool = False) -> list[str | OrderBy]:
    """By day and hour; one whose hour is not known stands first of its day. ``path`` leads to the meeting."""
    hour = F(f"{path}begins_at")
    if newest_first:
        return [f"-{path}held_on", hour.desc(nulls_last=True), f"-{path}pk"]
    return [f"{path}held_on", hour.asc(nulls_first=True), f"{path}pk"]


def told_to(user: User, path: str = "") -> Q:
    """The same of what belongs to a meeting, to which ``path`` leads («conclusion__meeting__»).

    Beside the rows themselves, not as a question of its own: whoever joins the meeting has asked it already.
    """
    told = in_visible_province(user, path)
    return told if reads_drafts(user) else told & Q(**{f"{path}version__gte": 1})


def reads_drafts(user: User) -> bool:
    """Whether the person reads what a meeting says while it is still written: who records and who audits."""
    return user.may(CHANGE, "meetings.meeting") or user.audits or user.sees_every_province


class Meeting(models.Model):
    """One meeting.

    Planned: its day is to come. Held: people, opinions and conclusions are being entered. Concluded: locked; every
    later change is a correction with a reason, and each version of what the notice says is kept (``MeetingVersion``).
    """

    province = models.ForeignKey(
        Province, verbose_name="tỉnh, thành phố", on_delete=models.PROTECT, related_name="meetings"
    )
    title = LongTextField("nội dung họp", help_text="Ví dụ: nghe Sở Thông tin và Truyền thông báo cáo tiến độ.")
    held_on = DayField("ngày họp")
    day_as_written = LineField(
        "ngày ghi trong nguồn",
        max_length=100,
        blank=True,
        help_text="Chỉ khi nguồn không nói rõ ngày; ngày họp ở trên khi đó là ngày muộn nhất có thể.",
    )
    begins_at = HourField("giờ họp", null=True, blank=True, help_text="Ví dụ: 8h30, 14h00. Chưa biết giờ thì để trống.")
    place = LineField("địa điểm", max_length=200, blank=True)
    heard = LongTextField(
        "đã nghe", blank=True, help_text="Đứng sau chữ «Sau khi nghe» trong thông báo, ví dụ: báo cáo của Sở Tài chính."
    )
    source = models.ForeignKey(
        LegalDocument,
        verbose_name="nguồn",
        on_delete=models.PROTECT,
        related_name="reported_meetings",
        null=True,
        blank=True,
        help_text="Tin, bài đã đưa về cuộc họp, khi không có thông báo kết luận.",
    )
    notice = models.ForeignKey(
        LegalDocument,
        verbose_name="thông báo kết luận",
        on_delete=models.PROTECT,
        related_name="meetings",
        null=True,
        blank=True,
    )
    signing = LongTextField(
        "quyền hạn, chức vụ người ký",
        blank=True,
        help_text="Mỗi dòng như trong thông báo, ví dụ: TL. CHỦ TỊCH; dòng sau KT. CHÁNH VĂN PHÒNG.",
    )
    version = models.PositiveSmallIntegerField("bản", default=0, editable=False)
    search_text = FoldedField(of=["title", "place"])

    objects = MeetingQuerySet.as_manager()
    history = SignedRecords(excluded_fields=["search_text"])

    class Meta:
        verbose_name = "cuộc họp"
        verbose_name_plural = "cuộc họp"
        constraints = [
            models.UniqueConstraint(
                fields=["notice"],
                name="meeting_has_a_notice_of_its_own",
                violation_error_message="Thông báo này là của một cuộc họp khác. Chọn đúng thông báo.",
                violation_error_code="notice",
            ),
        ]
        indexes = [models.Index(fields=["province", "held_on"], name="meeting_by_day")]

    def __str__(self):
        return f"Cuộc họp ngày {say_day(self.held_on)}"

    def get_absolute_url(self):
        return reverse("meeting_detail", args=[self.pk])

    def clean(self):
        stored = Meeting.objects.filter(pk=self.pk).first()
        refuse_if_locked(stored is not None and stored.is_concluded)
        if self.pk and self.notice_id and self.conclusions.filter(directives__due_document=self.notice_id).exists():
            raise ValidationError(
                {
                    "notice": "Một ý kiến chỉ đạo của cuộc họp này đang chờ chính văn bản này. "
                    "Chọn đúng thông báo, hoặc sửa thời hạn của ý kiến đó trước."
                }
            )

    @property
    def is_concluded(self) -> bool:
        return self.version > 0

    def state_on(self, day: date) -> MeetingState:
        if self.held_on > day:
            return MeetingState.PLANNED
        return MeetingState.CONCLUDED if self.is_concluded else MeetingState.HELD


def refuse_part_of_locked(part: models.Model, meeting_id: int | None, path: str = "meeting") -> None:
    """Raise ``ValidationError`` unless the meetings may still change that the part goes to, and that it is stored in.

    ``path`` leads from the part to its meeting.
    """
    stored = type(part)._default_manager.filter(pk=part.pk).values(path)
    refuse_if_locked(Meeting.objects.filter(Q(pk=meeting_id) | Q(pk__in=stored), version__gte=1).exists())


class PartQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "meeting__"))


class ToldPartQuerySet(models.QuerySet):
    """Of parts that are read with the conclusions: what was said on the way to them, and to whom they go."""

    def visible_to(self, user):
        return self.filter(told_to(user, "meeting__"))


class MeetingProgramme(models.Model):
    """That a meeting was about a programme."""

    meeting = models.ForeignKey(
        Meeting, verbose_name="cuộc họp", on_delete=models.PROTECT, related_name="about", db_index=False
    )
    programme = models.ForeignKey(Programme, verbose_name="đề án", on_delete=models.PROTECT, related_name="meetings")

    objects = PartQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "đề án của cuộc họp"
        verbose_name_plural = "đề án của cuộc họp"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "programme"],
                name="meeting_is_about_a_programme_once",
                violation_error_message="Đề án này đã được ghi.",
                violation_error_code="programme",
            ),
        ]

    def __str__(self):
        return str(self.programme)

    def clean(self):
        refuse_part_of_locked(self, self.meeting_id)


class Attendance(models.Model):
    """Who took part: an agency, a person, or a group as the source names it."""

    meeting = models.ForeignKey(
        Meeting, verbose_name="cuộc họp", on_delete=models.PROTECT, related_name="attendances", db_index=False
    )
    position = models.PositiveSmallIntegerField("thứ tự")
    role = models.CharField("tư cách", max_length=20, choices=AttendanceRole, default=AttendanceRole.MEMBER)
    agency = models.ForeignKey(
        Agency, verbose_name="cơ quan", on_delete=models.PROTECT, related_name="attendances", null=True, blank=True
    )
    person = LineField("họ và tên", max_length=100, blank=True)
    title = LineField(
        "chức vụ, thành phần", max_length=300, blank=True, help_text="Ví dụ: Phó Chủ tịch; tập thể lãnh đạo Sở."
    )
    is_present = models.BooleanField("có mặt", default=True)
    site = LineField(
        "điểm cầu", max_length=200, blank=True, help_text="Khi dự từ xa, ví dụ: điểm cầu các huyện, thị xã."
    )

    objects = PartQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "thành phần dự họp"
        verbose_name_plural = "thành phần dự họp"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="attendance_place_in_a_meeting_once",
                violation_error_message="Thứ tự này đã có.",
                violation_error_code="position",
            ),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(role=AttendanceRole.CHAIR),
                name="meeting_has_one_chair",
                violation_error_message="Cuộc họp đã có người chủ trì. Sửa tư cách của một trong hai người.",
                violation_error_code="role",
            ),
            models.CheckConstraint(
                condition=Q(agency__isnull=False) | ~Q(person="") | ~Q(title=""),
                name="attendance_says_who",
                violation_error_message="Chọn cơ quan, hoặc ghi họ tên hay thành phần.",
                violation_error_code="agency",
            ),
        ]

    def __str__(self):
        return " ".join(filter(None, [self.person, self.title, self.agency.name if self.agency else ""]))

    def clean(self):
        refuse_part_of_locked(self, self.meeting_id)


class Opinion(models.Model):
    """What an agency or a person said at a meeting, before it was concluded; read by others once it is."""

    meeting = models.ForeignKey(
        Meeting, verbose_name="cuộc họp", on_delete=models.PROTECT, related_name="opinions", db_index=False
    )
    position = models.PositiveSmallIntegerField("thứ tự")
    agency = models.ForeignKey(
        Agency, verbose_name="cơ quan", on_delete=models.PROTECT, related_name="opinions", null=True, blank=True
    )
    person = LineField("người phát biểu", max_length=300, blank=True)
    topic = LineField("vấn đề", max_length=200, blank=True)
    text = LongTextField("ý kiến")

    objects = ToldPartQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "ý kiến"
        verbose_name_plural = "ý kiến"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="opinion_place_in_a_meeting_once",
                violation_error_message="Thứ tự này đã có.",
                violation_error_code="position",
            ),
            models.CheckConstraint(
                condition=Q(agency__isnull=False) | ~Q(person=""),
                name="opinion_says_whose",
                violation_error_message="Chọn cơ quan, hoặc ghi người phát biểu.",
                violation_error_code="agency",
            ),
        ]

    def __str__(self):
        return self.topic or self.text[:80]

    def clean(self):
        refuse_part_of_locked(self, self.meeting_id)

    @property
    def whose(self) -> str:
        return ", ".join(filter(None, [self.person, self.agency.name if self.agency else ""]))


class Recipient(models.Model):
    """One line of «Nơi nhận»."""

    meeting = models.ForeignKey(
        Meeting, verbose_name="cuộc họp", on_delete=models.PROTECT, related_name="recipients", db_index=False
    )
    position = models.PositiveSmallIntegerField("thứ tự")
    text = LineField("nơi nhận", max_length=300)
    agency = models.ForeignKey(
        Agency, verbose_name="cơ quan", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = ToldPartQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "nơi nhận"
        verbose_name_plural = "nơi nhận"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="recipient_place_in_a_meeting_once",
                violation_error_message="Thứ tự này đã có.",
                violation_error_code="position",
            ),
        ]

    def __str__(self):
        return self.text

    def clean(self):
        refuse_part_of_locked(self, self.meeting_id)


class MeetingVersion(models.Model):
    """What the notice of a meeting said each time that it was closed. Versions are only added."""

    meeting = models.ForeignKey(
        Meeting, verbose_name="cuộc họp", on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveSmallIntegerField("bản")
    on = DayField("ngày chốt")
    reason = LongTextField("lý do đính chính", blank=True)
    text = LongTextField("nội dung thông báo")

    objects = PartQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "bản kết luận"
        verbose_name_plural = "các bản kết luận"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"],
                name="meeting_version_once",
                violation_error_message="Cuộc họp đã có bản mang số này.",
            ),
            models.CheckConstraint(
                condition=Q(number=1) | Q(number__gt=1) & ~Q(reason=""),
                name="meeting_correction_says_why",
                violation_error_message="Đính chính phải ghi lý do.",
                violation_error_code="reason",
            ),
        ]

    def __str__(self):
        return f"Bản {self.number} ngày {say_day(self.on)}"

    def clean(self):
        if MeetingVersion.objects.filter(pk=self.pk).exists():
            raise ValidationError("Bản đã chốt không sửa, không xóa được. Muốn thay đổi thì đính chính thành bản mới.")
