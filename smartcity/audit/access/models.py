"""One row for each time that somebody came in, was refused, or took something out."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from programme.models import User
from programme.rights import CHANGE, Role
from smartcity.audit.access.agents import short_agent
from smartcity.audit.access.places import place_in_words

LONGEST_NAME = 100


class AccessKind(models.TextChoices):
    SIGN_IN = "sign_in", "Đăng nhập"
    SIGN_OUT = "sign_out", "Đăng xuất"
    PASSWORD = "password", "Mật khẩu"
    ACCOUNT = "account", "Tài khoản, vai trò"
    TOKEN = "token", "Mã truy cập"
    API = "api", "Đọc qua API, lịch"
    EXPORT = "export", "Tải danh sách, biểu mẫu"
    FILE = "file", "Tải tệp"
    PACKAGE = "package", "Gói bằng chứng"
    PAGE = "page", "Mở trang"
    PRUNED = "pruned", "Xóa dòng đã hết hạn lưu"


class Outcome(models.TextChoices):
    DONE = "done", "Được"
    REFUSED = "refused", "Bị từ chối"


def reads_access(user: User) -> bool:
    """Whether the person's office is to know who came in: who audits, and who keeps the accounts."""
    return user.audits or user.may(CHANGE, "programme.user")


class AccessEntryQuerySet(models.QuerySet):
    def visible_to(self, user: User):
        """Of the people of one's own province; who sees every province, also what is of none: unknown names, too.

        Whose a row is was settled when it was written: who has moved since stays with the province that they were of.
        """
        if not reads_access(user):
            return self.none()
        of_world = self.filter(is_simulated=user.is_simulated)
        if user.sees_every_province:
            return of_world
        return of_world.filter(province_key=user.province_id) if user.province_id else self.none()

    def newest_first(self):
        return self.order_by("-at", "-pk")


class AccessEntry(models.Model):
    """Who, as what, did or tried what, when and from where. It holds no password, no token and no text of a record.

    The database refuses to change a row, and to remove one that is younger than ``KEPT_FOR``; older ones go by
    ``pruning.py`` alone, whose own row says how many and up to when.
    """

    # Read by ``smartcity.lib.log.triggers``.
    KEPT_FOR = timedelta(days=365)

    at = models.DateTimeField("lúc", default=now)
    kind = models.CharField("việc", max_length=10, choices=AccessKind)
    outcome = models.CharField("kết quả", max_length=10, choices=Outcome, default=Outcome.DONE)
    # Who did it: somebody who proved who they are. Nobody where a name was only typed.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người thực hiện",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # Whose account it is about, where that is not simply theirs: one that was tried, changed, given a token.
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="tài khoản",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # What ``user`` was called then, or the name that was typed.
    name = models.CharField("họ và tên khi ấy", max_length=LONGEST_NAME, blank=True)
    role = models.CharField("vai trò khi ấy", max_length=20, choices=Role, blank=True)
    agency = models.TextField("cơ quan khi ấy", blank=True)
    agency_key = models.BigIntegerField("mã cơ quan khi ấy", null=True)
    # Who may read the row follows from these two.
    province_key = models.BigIntegerField("mã tỉnh khi ấy", null=True)
    is_simulated = models.BooleanField("thuộc tỉnh mô phỏng", default=False)
    what = models.TextField("nội dung", blank=True)
    place = models.TextField("địa chỉ trang, lệnh", blank=True)
    address = models.GenericIPAddressField("địa chỉ mạng", null=True, unpack_ipv4=True)
    agent = models.TextField("trình duyệt, chương trình", blank=True)
    # Of a removal: everything before this moment.
    upto = models.DateTimeField("trước lúc", null=True)

    objects = AccessEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "lần truy cập"
        verbose_name_plural = "nhật ký truy cập"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=AccessKind.PRUNED, upto__isnull=False)
                | (~Q(kind=AccessKind.PRUNED) & Q(upto__isnull=True)),
                name="access_removal_says_up_to_when",
                violation_error_message="Dòng ghi việc xóa phải nêu xóa đến lúc nào.",
                violation_error_code="upto",
            ),
        ]
        # One for each way in which the page asks, each in the order of the page.
        indexes = [
            models.Index(fields=["at", "id"], name="access_by_time"),
            models.Index(fields=["province_key", "at", "id"], name="access_of_province"),
            models.Index(fields=["user", "at", "id"], name="access_by_user"),
            models.Index(fields=["account", "at", "id"], name="access_of_account"),
            models.Index(fields=["name", "at", "id"], name="access_by_name"),
            models.Index(fields=["agency_key", "at", "id"], name="access_by_agency"),
            models.Index(fields=["kind", "at", "id"], name="access_by_kind"),
            models.Index(fields=["address", "at", "id"], name="access_by_address"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.name}, {self.at:%d/%m/%Y %H:%M}"

    @property
    def came_from(self) -> str:
        """The address, or why there is none: what is done by a command comes over no network."""
        return self.address or ("không rõ" if self.place.startswith("/") else "trên máy chủ")

    @property
    def place_in_words(self) -> str:
        return place_in_words(self.place)

    @property
    def came_with(self) -> str:
        return short_agent(self.agent)

    @property
    def is_told_by_its_kind(self) -> bool:
        """Whether everybody knows on which page this is done."""
        return self.kind in {AccessKind.SIGN_IN, AccessKind.SIGN_OUT}
