"""The smallest valid meeting, and what belongs to it."""

from datetime import date, datetime

import factory
from django.utils.timezone import get_default_timezone

from meetings.models import (
    Answer,
    AnswerFile,
    AnswerKind,
    Assignment,
    Attendance,
    AttendanceRole,
    Conclusion,
    Directive,
    DirectiveLink,
    DirectiveUrging,
    Extension,
    FeedAddress,
    Finding,
    FindingEntry,
    FindingEntryKind,
    Meeting,
    MeetingProgramme,
    MeetingVersion,
    Opinion,
    Recipient,
    Reopening,
    UrgedAssignment,
    correcting,
    digest_of_key,
)
from meetings.models.due import DueKind
from meetings.operations.extended_days import keep_extended_days
from programme.models import AgencyKind, Role
from tasks.models import UrgingWay
from tests.factories import (
    AgencyFactory,
    ProgrammeFactory,
    ProvinceFactory,
    SignedFactory,
    StoredFileFactory,
    UserFactory,
)


class MeetingFactory(SignedFactory):
    """A meeting that was held and not concluded; ``concluded=True`` for one that is, as its version 1."""

    class Meta:
        model = Meeting

    province = factory.SubFactory(ProvinceFactory)
    title = "nghe báo cáo tiến độ thực hiện các nhiệm vụ"
    held_on = date(2024, 4, 10)

    class Params:
        concluded = factory.Trait(version=1)


class MeetingProgrammeFactory(SignedFactory):
    class Meta:
        model = MeetingProgramme

    meeting = factory.SubFactory(MeetingFactory)
    programme = factory.SubFactory(ProgrammeFactory, province=factory.SelfAttribute("..meeting.province"))


class PartFactory(SignedFactory):
    """A part of a meeting, which may be concluded already."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with correcting():
            return super()._create(model_class, *args, **kwargs)


class AttendanceFactory(PartFactory):
    class Meta:
        model = Attendance

    meeting = factory.SubFactory(MeetingFactory)
    position = factory.Sequence(lambda n: n + 1)
    role = AttendanceRole.MEMBER
    person = "Đặng Minh Thông"
    title = "Phó Chủ tịch UBND tỉnh"

    class Params:
        chair = factory.Trait(role=AttendanceRole.CHAIR)


class OpinionFactory(PartFactory):
    class Meta:
        model = Opinion

    meeting = factory.SubFactory(MeetingFactory)
    position = factory.Sequence(lambda n: n + 1)
    person = "Đại diện Sở Y tế"
    text = "Đề nghị thống nhất với nội dung các đề án của ngành."


class RecipientFactory(PartFactory):
    class Meta:
        model = Recipient

    meeting = factory.SubFactory(MeetingFactory)
    position = factory.Sequence(lambda n: n + 1)
    text = "Các sở, ban, ngành"


class MeetingVersionFactory(SignedFactory):
    class Meta:
        model = MeetingVersion

    meeting = factory.SubFactory(MeetingFactory)
    number = 1
    on = date(2024, 4, 12)
    text = "THÔNG BÁO"


class ConclusionFactory(PartFactory):
    class Meta:
        model = Conclusion

    meeting = factory.SubFactory(MeetingFactory)
    number = factory.Sequence(lambda n: n + 1)
    heading = "Về việc thuê Trung tâm tích hợp dữ liệu"


class DirectiveFactory(PartFactory):
    """Without a due, and nobody assigned; of a concluded meeting."""

    class Meta:
        model = Directive

    conclusion = factory.SubFactory(ConclusionFactory, meeting__concluded=True)
    position = factory.Sequence(lambda n: n + 1)
    text = factory.Sequence(lambda n: f"Báo cáo UBND tỉnh nội dung {n}")
    due_kind = DueKind.NONE


class DirectiveLinkFactory(SignedFactory):
    """Needs its end: ``task``, ``revision`` or ``document``."""

    class Meta:
        model = DirectiveLink

    directive = factory.SubFactory(DirectiveFactory)


class AssignmentFactory(PartFactory):
    """Of an agency of the meeting's province."""

    class Meta:
        model = Assignment

    directive = factory.SubFactory(DirectiveFactory)
    agency = factory.SubFactory(
        AgencyFactory, province=factory.SelfAttribute("..directive.conclusion.meeting.province")
    )


class DirectiveUrgingFactory(SignedFactory):
    """An agency of the province, urged by a call; ``UrgedAssignmentFactory`` adds for what."""

    class Meta:
        model = DirectiveUrging

    province = factory.SubFactory(ProvinceFactory)
    agency = factory.SubFactory(AgencyFactory, province=factory.SelfAttribute("..province"))
    at = datetime(2024, 6, 3, 9, 30, tzinfo=get_default_timezone())
    by = factory.SubFactory(UserFactory)
    way = UrgingWay.PHONE
    text = "Đề nghị trả lời việc được giao."


class UrgedAssignmentFactory(SignedFactory):
    """An assignment that a meeting of the province gave."""

    class Meta:
        model = UrgedAssignment

    urging = factory.SubFactory(DirectiveUrgingFactory)
    assignment = factory.SubFactory(
        AssignmentFactory, directive__conclusion__meeting__province=factory.SelfAttribute(".....urging.province")
    )


class AnswerFactory(SignedFactory):
    """An answer that says that it is done, sent on the day; with ``progress`` it says how far it is by then.

    It leaves the state of its assignment as it is.
    """

    class Meta:
        model = Answer

    assignment = factory.SubFactory(AssignmentFactory)
    kind = AnswerKind.COMPLETION
    text = "Đã trình UBND tỉnh."
    sent_on = date(2024, 4, 25)
    done_on = factory.SelfAttribute("sent_on")
    author = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..assignment.agency"))

    class Params:
        progress = factory.Trait(kind=AnswerKind.PROGRESS, done_on=None, as_of=factory.SelfAttribute("sent_on"))


class AnswerFileFactory(SignedFactory):
    class Meta:
        model = AnswerFile

    answer = factory.SubFactory(AnswerFactory)
    file = factory.SubFactory(StoredFileFactory)


class ExtensionFactory(SignedFactory):
    class Meta:
        model = Extension

    assignment = factory.SubFactory(AssignmentFactory)
    asked_due_on = date(2024, 5, 31)
    reason = "Chờ ý kiến thẩm định."
    requested_on = date(2024, 4, 20)
    requested_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..assignment.agency"))

    @classmethod
    def _create(cls, *args, **kwargs):
        extension = super()._create(*args, **kwargs)
        keep_extended_days([extension.assignment_id])
        return extension


class FindingFactory(SignedFactory):
    class Meta:
        model = Finding

    province = factory.SubFactory(ProvinceFactory)
    body = factory.SubFactory(AgencyFactory, province=None, kind=AgencyKind.AUDIT)
    subject = "Việc thuê hệ thống Hội nghị truyền hình trực tuyến"
    asks = "Rà soát, giải trình việc thuê."
    agency = factory.SubFactory(AgencyFactory, province=factory.SelfAttribute("..province"))


class FindingEntryFactory(SignedFactory):
    """An answer; it leaves the state of its finding as it is."""

    class Meta:
        model = FindingEntry

    finding = factory.SubFactory(FindingFactory)
    kind = FindingEntryKind.ANSWER
    on = date(2024, 4, 25)
    author = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..finding.agency"))
    text = "Đã rà soát hợp đồng."


class ReopeningFactory(SignedFactory):
    """It leaves the state of its assignment as it is."""

    class Meta:
        model = Reopening

    assignment = factory.SubFactory(AssignmentFactory)
    on = date(2024, 5, 2)
    author = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..assignment.agency"), role=Role.OFFICE)
    text = "Xác nhận nhầm."


class FeedAddressFactory(SignedFactory):
    """Its secret is ``key``."""

    class Meta:
        model = FeedAddress

    class Params:
        key = factory.Sequence(lambda n: f"khoa-{n}")

    user = factory.SubFactory(UserFactory)
    digest = factory.LazyAttribute(lambda address: digest_of_key(address.key))
