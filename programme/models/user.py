"""Who signs in, for which agency, in which role."""

from datetime import date
from typing import Any

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery, prefetch_related_objects
from django.utils.timezone import localdate

from programme.models.agency import Agency
from programme.models.membership import Membership, is_of_simulated, memberships_of
from programme.models.names_then import PeopleThen, people_at_work
from programme.models.province import SIMULATED, Province
from programme.models.reach import HasReach
from programme.rights import ADD, AUDITS, COORDINATE, OF_NO_AGENCY, Role, may
from smartcity.lib.language.text import given_name
from smartcity.lib.records.history import SignedRecords, operation, signed_save
from smartcity.lib.records.text_fields import DigestField, FoldedField, GivenNameField, LineField

NAME_THE_AGENCY = "Chọn cơ quan của người dùng. Chỉ quản trị và kiểm toán mới được để trống."


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """People who work in the user's province, or did last, and those of no province, whose names stand in its
        history.
        """
        of_world = self.filter(is_simulated=user.is_simulated)
        if user.sees_every_province:
            return of_world
        provinces = Province.objects.visible_to(user)
        return of_world._of_their_province().filter(Q(latest_province=None) | Q(latest_province__in=provinces))

    def kept_by(self, user):
        """Those whose accounts ``user`` keeps, as an administrator: of their own province, or everybody's."""
        of_world = self.filter(is_simulated=user.is_simulated)
        if user.sees_every_province:
            return of_world
        return of_world._of_their_province().filter(latest_province=user.province_id, latest_province__isnull=False)

    def at_ended_agencies(self, on: date):
        """Active accounts of people who on the day ``on`` work for an agency that is no more."""
        work = Membership.objects.overlapping(on, on).filter(agency__in=Agency.objects.ended(on))
        return self.filter(is_active=True, pk__in=work.values("user"))

    def without_address(self):
        """Active accounts to which no letter can be sent."""
        return self.filter(is_active=True, email="")

    def _of_their_province(self):
        latest = Membership.objects.filter(user=OuterRef("pk")).latest_first(localdate())
        return self.alias(latest_province=Subquery(latest.values("agency__province")[:1]))


class UserManager(BaseUserManager):
    def get_queryset(self):
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user):
        return self.get_queryset().visible_to(user)

    def kept_by(self, user):
        return self.get_queryset().kept_by(user)

    def with_memberships(self, pk) -> "User | None":
        """The person with this key and where they worked, which each page asks for. One query."""
        people, worked = people_at_work(self.model, [pk])
        return next((people[key].with_work(worked[key]) for key in people), None)

    def called_then(self, keys):
        """The people with these keys as they were called at any moment; asked by ``records.signers``."""
        return PeopleThen(self.model, keys)

    @operation
    def create_user(self, username, password=None, *, by=None, agency=None, first_day=None, **fields):
        """Make an account of a person of ``agency``; without ``by`` it signs for itself, as the first one must.

        A password that somebody else gives is changed by its owner first, unless ``must_change_password`` says no.
        """
        given = by is not None and password is not None
        fields.setdefault("is_simulated", is_of_simulated(agency) or bool(by and by.is_simulated))
        user = User(username=username, **{"must_change_password": given, **fields})
        if agency is None and user.role not in OF_NO_AGENCY:
            raise ValidationError({"agency": NAME_THE_AGENCY})
        user.set_password(password)
        signed_save(user, by=by or user, reason="Tạo tài khoản")
        if agency is not None:
            membership = Membership(user=user, agency=agency, first_day=first_day)
            signed_save(membership, by=by or user, reason="Tạo tài khoản")
        return user

    def create_superuser(self, username, password=None, **fields):
        """Make an administrator; there is no account above the rules, nor above those of passwords."""
        username = User.normalize_username(username)
        if password is not None:
            validate_password(password, User(username=username, **fields))
        return self.create_user(username, password, role=Role.ADMINISTRATOR, **fields)


class User(HasReach, AbstractBaseUser):
    """A person of an agency. An account is deactivated, never deleted: its name signs the history."""

    # No row of it is ever removed: one that was read is there.
    STAYS = True

    # What a person is called; the history says what it was then.
    CALLED = ("full_name", "title")

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
    role = models.CharField("vai trò", max_length=20, choices=Role, default=Role.OFFICER)
    is_active = models.BooleanField(
        "đang hoạt động", default=True, help_text="Bỏ chọn để khóa tài khoản; tài khoản không bị xóa."
    )

    must_change_password = models.BooleanField(
        "phải đổi mật khẩu",
        default=False,
        editable=False,
        help_text="Mật khẩu do người khác đặt: chủ tài khoản đổi trước khi làm việc khác.",
    )
    # Settled when the account is made: who sees what follows from it, also of accounts that are of no agency.
    is_simulated = models.BooleanField(
        "thuộc tỉnh mô phỏng",
        default=False,
        editable=False,
        help_text="Chỉ thấy số liệu mô phỏng; tài khoản khác không thấy tài khoản này.",
    )
    search_text = FoldedField(of=["full_name", "title", "username", "email"])
    given_name = GivenNameField(of="full_name")

    # No history shows a password, not even its hash. That it was changed, and that nobody changed it past the
    # history, is told by a digest of the hash.
    password_digest = DigestField("dấu của mật khẩu", of="password")
    # So are the tokens by which programs read in the person's name; the library keeps them in a table of its own.
    token_digest = DigestField("dấu của mã truy cập")

    objects = UserManager()
    history = SignedRecords(excluded_fields=["password", "search_text", "given_name"])
    DIGESTED = {"password": "password_digest"}
    DIGESTED_ELSEWHERE = {"token_digest": ("authtoken_token", "key", "user_id")}
    # The digests too: nobody needs to be given them to check what is sealed.
    PERSONAL = ("username", "full_name", "title", "email", "password_digest", "token_digest")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"

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
        return given_name(self.full_name)

    @property
    def is_staff(self):
        """Everybody works in the admin; what they find there is decided by role."""
        return self.is_active

    def agency_on(self, day: date) -> Agency | None:
        """The agency that the person worked for on the day ``day``, if any. One query, however often it is asked."""
        return next((one.agency for one in self._memberships() if one.covers(day)), None)

    def with_work(self, memberships: list[Membership]) -> "User":
        """The same person; these are all of their memberships, each with its agency, read beside them."""
        self._prefetched_objects_cache = {"memberships": memberships}
        return self

    def _memberships(self) -> list[Membership]:
        if self.pk is None:
            return []
        # Each page asks many times: building the prefetch costs more than looking whether it is done.
        if "memberships" not in getattr(self, "_prefetched_objects_cache", {}):
            prefetch_related_objects([self], memberships_of())
        return list(self._prefetched_objects_cache["memberships"])  # type: ignore[attr-defined]

    @property
    def agency(self) -> Agency | None:
        """The agency of today: rights follow it."""
        return self.agency_on(localdate())

    @property
    def agency_id(self) -> int | None:
        return self.agency.pk if self.agency else None

    @property
    def province_id(self) -> int | None:
        return self.agency.province_id if self.agency else None

    def may(self, verb: str, record: str) -> bool:
        """Whether the role may do this to records of the kind: «confirm», «meetings.answer». Whose, the record says."""
        return may(self.role, verb, record)

    @property
    def is_coordinator(self) -> bool:
        return self.may(COORDINATE, "programme.programme")

    @property
    def reports(self) -> bool:
        """Whether the person types progress for the tasks of their agency."""
        return self.may(ADD, "tasks.progressupdate")

    @property
    def is_given_work(self) -> bool:
        """Whether others wait for what the person does: who reports, and the office of the People's Committee."""
        return self.may(ADD, "meetings.answer")

    @property
    def sees_every_province(self) -> bool:
        """Auditors and administrators of no agency or a central one; not those whose work for an agency has ended."""
        if self.role not in OF_NO_AGENCY:
            return False
        return self.province_id is None if self.agency else not self._memberships()

    @property
    def is_of_the_only_world(self) -> bool:
        """Whether every province is real, or every one simulated, as the person's own; no, where nobody asked.

        ``people_at_work`` asks, with which each request reads who sent it.
        """
        return not getattr(self, "has_other_world", True)

    @property
    def audits(self) -> bool:
        """Whether the person's office is to read what others wrote, also what is unfinished or was removed."""
        return self.role in AUDITS

    @property
    def simulated_note(self) -> str:
        """What has to stand beside anything that the person is shown; empty for those who see what is real."""
        return SIMULATED if self.is_simulated else ""

    def as_signing(self) -> dict[str, Any]:
        """Who the person is at this moment, as the log keeps it of whoever signs."""
        # What was read before may be older than what is signed; what a request knows of its user is as new as it.
        agency = self.agency if "memberships" in getattr(self, "_prefetched_objects_cache", {}) else self._agency_now()
        return {
            "name": self.full_name or self.username,
            "title": self.title,
            "role": self.role,
            "agency": agency.name if agency else "",
            "agency_key": agency.pk if agency else None,
        }

    def _agency_now(self) -> Agency | None:
        """Asked without keeping it: the account may be being made, and its first agency comes after it."""
        work = Membership.objects.filter(user=self).select_related("agency")
        return next((one.agency for one in work if one.covers(localdate())), None)

    def set_password_by(self, raw_password: str, by: "User") -> None:
        """A password that somebody else set is known to two; until its owner has changed it, it opens nothing else."""
        self.set_password(raw_password)
        self.must_change_password = by != self

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
