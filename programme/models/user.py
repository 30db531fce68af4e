"""Who signs in, for which agency, in which role."""

from functools import cached_property

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.db import models
from django.db.models import Q

from programme.history import SignedRecords, signed_save
from programme.models.agency import Agency
from programme.models.province import Province
from programme.text import LineField


class Role(models.TextChoices):
    OFFICER = "officer", "Chuyên viên"
    COORDINATOR = "coordinator", "Cơ quan đầu mối"
    OFFICE = "office", "Văn phòng"
    LEADER = "leader", "Lãnh đạo"
    AUDITOR = "auditor", "Kiểm toán, thanh tra"
    ADMINISTRATOR = "administrator", "Quản trị"


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """People of the user's province, and those of no province, whose names stand in its history."""
        if user.sees_every_province:
            return self
        return self.filter(Q(agency__province=None) | Q(agency__province__in=Province.objects.visible_to(user)))


class UserManager(BaseUserManager):
    def get_queryset(self):
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user):
        return self.get_queryset().visible_to(user)

    def create_user(self, username, password=None, *, by=None, **fields):
        """Make an account; without ``by`` it signs for itself, as the first one must."""
        user = User(username=username, **fields)
        user.set_password(password)
        return signed_save(user, by=by or user, reason="Tạo tài khoản")

    def create_superuser(self, username, password=None, **fields):
        """Make an administrator; there is no account above the rules."""
        return self.create_user(username, password, role=Role.ADMINISTRATOR, **fields)


class User(AbstractBaseUser):
    """A person of an agency. An account is deactivated, never deleted: its name signs the history."""

    # Signing in is an event of security, not a change of the person; as a field it would fill the history.
    last_login = None

    username = models.CharField(
        "tên đăng nhập",
        max_length=50,
        unique=True,
        validators=[ASCIIUsernameValidator()],
        error_messages={"unique": "Tên đăng nhập này đã có người dùng."},
    )
    full_name = LineField("họ và tên", max_length=100)
    title = LineField("chức vụ", max_length=100, blank=True)
    email = models.EmailField("thư điện tử công vụ", blank=True)
    agency = models.ForeignKey(
        Agency,
        verbose_name="cơ quan",
        on_delete=models.PROTECT,
        related_name="people",
        null=True,
        blank=True,
        help_text="Chỉ quản trị và kiểm toán toàn hệ thống mới để trống.",
    )
    role = models.CharField("vai trò", max_length=20, choices=Role, default=Role.OFFICER)
    is_active = models.BooleanField(
        "đang hoạt động", default=True, help_text="Bỏ chọn để khóa tài khoản; tài khoản không bị xóa."
    )

    objects = UserManager()
    history = SignedRecords(excluded_fields=["password"])

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[Role.AUDITOR, Role.ADMINISTRATOR]) | Q(agency__isnull=False),
                name="user_works_for_an_agency",
                violation_error_message="Chọn cơ quan của người dùng. Chỉ quản trị và kiểm toán mới được để trống.",
                violation_error_code="agency",
            ),
        ]

    def __str__(self):
        return self.full_name or self.username

    @classmethod
    def normalize_username(cls, username):
        """«Lan.Nguyen» and «lan.nguyen» are one person; signing in looks for the small letters."""
        return super().normalize_username(username).lower()

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        """The given name, which comes last in Vietnamese."""
        return self.full_name.rpartition(" ")[2]

    @property
    def is_staff(self):
        """Everybody works in the admin; what they find there is decided by role."""
        return self.is_active

    @cached_property
    def province_id(self):
        return self.agency.province_id if self.agency else None

    @property
    def is_coordinator(self) -> bool:
        return self.role == Role.COORDINATOR

    @property
    def reports(self) -> bool:
        """Whether the person types progress for the tasks of their agency."""
        return self.role in {Role.OFFICER, Role.COORDINATOR}

    @property
    def sees_every_province(self) -> bool:
        """Auditors and administrators who do not belong to a province."""
        return self.role in {Role.AUDITOR, Role.ADMINISTRATOR} and self.province_id is None

    def check_password(self, raw_password):
        """Compare; when the stored hash is out of date it is renewed, and the person signs that."""

        def renew(raw):
            self.set_password(raw)
            self._password = None
            signed_save(self, by=self, reason="Mã hóa lại mật khẩu theo thiết lập mới")

        return check_password(raw_password, self.password, renew)

    def has_perm(self, perm, obj=None):
        return self.is_active and any(backend.has_perm(self, perm, obj) for backend in get_backends())

    def has_perms(self, perms, obj=None):
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label):
        # Each backend of ours says so; Django's typing knows only the base, which does not.
        return self.is_active and any(backend.has_module_perms(self, app_label) for backend in get_backends())  # type: ignore[attr-defined]
