"""What leaders of the province ask and direct: meetings with their directives, explanations, findings, databases."""

from dataclasses import dataclass
from datetime import timedelta

from meetings.models import (
    Answer,
    AnswerKind,
    AnswerState,
    Assignment,
    AssignmentRole,
    AssignmentState,
    Conclusion,
    Directive,
    Finding,
    Meeting,
    MeetingProgramme,
)
from meetings.models.due import Due, DueKind
from meetings.operations.recording import conclude_meeting
from programme.models import DocumentKind, Measure, Programme, StatedFigure, User
from smartcity.simulation.meetings import begin_meeting
from smartcity.simulation.places import Place
from smartcity.simulation.training.calendar import Calendar
from smartcity.simulation.training.story import Story
from smartcity.simulation.writing import GROUND, change, keep
from tasks.models import Dataset, DatasetList, DatasetObservation, Sharing, Task, UpdateCadence
from tasks.operations.explaining import answer_explanation, ask_explanation

OPEN, ANSWERED, RETURNED, CONFIRMED = (
    AssignmentState.OPEN,
    AssignmentState.ANSWERED,
    AssignmentState.RETURNED,
    AssignmentState.CONFIRMED,
)


@dataclass(frozen=True)
class Said:
    """What a meeting directed: to whom, in how many days, and what became of it."""

    text: str
    lead: str
    helps: str
    days: int
    state: AssignmentState
    answer: str = ""


# By how many days before today the meeting was, and what it was about.
HELD = (
    (
        75,
        "nghe báo cáo tiến độ các nhiệm vụ đô thị thông minh chậm so với kế hoạch",
        (
            Said(
                "Thống nhất với đơn vị quản lý đường bộ vị trí lắp đặt 40 cột camera, báo cáo Ủy ban nhân dân tỉnh.",
                "Công an tỉnh",
                "Sở XD",
                30,
                ANSWERED,
                "Đã thống nhất 26/40 vị trí; 14 vị trí còn lại đã có văn bản gửi đơn vị quản lý đường bộ.",
            ),
            Said(
                "Rà soát hệ tọa độ, phương án ghép dữ liệu nền của các đô thị.",
                "Sở NN&MT",
                "Sở KH&CN",
                40,
                OPEN,
            ),
            Said(
                "Hoàn thành đấu thầu lại gói thầu thiết bị đèn tín hiệu giao thông.",
                "Sở XD",
                "Sở TC",
                45,
                CONFIRMED,
                "Đã ký hợp đồng với nhà thầu trúng thầu, bàn giao mặt bằng thi công.",
            ),
            Said(
                "Tham mưu phân bổ kinh phí bổ sung cho các nhiệm vụ chuyển tiếp.",
                "Sở TC",
                "Sở KH&CN",
                25,
                CONFIRMED,
                "Đã trình phương án phân bổ.",
            ),
        ),
    ),
    (
        16,
        "kiểm điểm tiến độ chính quyền số và dịch vụ số quý này",
        (
            Said(
                "Chốt bộ chỉ tiêu của hệ thống báo cáo kinh tế - xã hội, đề xuất thời điểm triển khai trở lại.",
                "Sở TC",
                "VP UBND tỉnh",
                30,
                OPEN,
            ),
            Said(
                "Báo cáo phương án nâng cấp mạng nội bộ của các bệnh viện để triển khai bệnh án điện tử.",
                "Sở YT",
                "Sở KH&CN",
                10,
                RETURNED,
                "Đã khảo sát hai bệnh viện.",
            ),
            Said(
                "Đôn đốc các cơ quan chưa gửi báo cáo tiến độ, báo cáo danh sách tại phiên họp sau.",
                "VP UBND tỉnh",
                "Sở KH&CN",
                20,
                OPEN,
            ),
        ),
    ),
)


QUESTIONS = (
    "Nêu rõ nguyên nhân chậm, trách nhiệm của từng đơn vị và mốc hoàn thành.",
    "Vì sao phải đấu thầu lại? Báo cáo tiến độ gói thầu và khả năng giải ngân trong năm.",
    "Ba tháng chưa có báo cáo. Nêu khối lượng đã làm và khó khăn, vướng mắc.",
)


def hold_training_meetings(programmes: list[Programme], place: Place, calendar: Calendar) -> None:
    for number, (days, title, directed) in enumerate(HELD):
        meeting = begin_meeting(programmes[number], place, calendar.ago(days), by=place.clerk)
        meeting.title = title
        change([meeting], ["title"], by=place.clerk, on=meeting.held_on)
        _direct(meeting, directed, place)
    day = calendar.today + timedelta(days=9)
    planned = Meeting(province=place.province, title="giao ban tháng về tiến độ các đề án", held_on=day)
    planned.place = "Phòng họp số 1"
    keep([planned], by=place.clerk, on=calendar.ago(2))
    about = [MeetingProgramme(meeting=planned, programme=one) for one in programmes]
    keep(about, by=place.clerk, on=calendar.ago(2))


def _direct(meeting: Meeting, directed: tuple[Said, ...], place: Place) -> None:
    conclusion = Conclusion(meeting=meeting, number=1, heading="Về tiến độ thực hiện các nhiệm vụ")
    keep([conclusion], by=place.clerk, on=meeting.held_on)
    given = []
    for position, said in enumerate(directed, start=1):
        directive = Directive(conclusion=conclusion, position=position, text=said.text)
        directive.due = Due(DueKind.DAY, day=meeting.held_on + timedelta(days=said.days))
        directive.due_on = directive.due.due_on
        keep([directive], by=place.clerk, on=meeting.held_on)
        part = Assignment(directive=directive, agency=place.agency_called(said.lead), role=AssignmentRole.LEAD)
        helper = Assignment(directive=directive, agency=place.agency_called(said.helps))
        helper.role = AssignmentRole.COORDINATING
        keep([part, helper], by=place.clerk, on=meeting.held_on)
        given.append((said, part))
        if said.state == CONFIRMED:
            given.append((said, helper))
    conclude_meeting(meeting, by=place.clerk, today=meeting.held_on + timedelta(days=1), reason=GROUND)
    for said, part in given:
        if said.state != OPEN:
            _answer(said, part, meeting, place)


def _answer(said: Said, part: Assignment, meeting: Meeting, place: Place) -> None:
    on = meeting.held_on + timedelta(days=min(said.days, 14) - 4)
    author = place.officers[part.agency_id]
    answer = Answer(assignment=part, kind=AnswerKind.COMPLETION, text=said.answer, done_on=on, sent_on=on)
    answer.author = author
    keep([answer], by=author, on=on)
    reviewed_on = on + timedelta(days=1)
    if said.state != ANSWERED:
        answer.state, answer.reviewer, answer.reviewed_on = AnswerState(said.state), place.clerk, reviewed_on
        answer.return_reason = "Chưa có phương án và dự toán cụ thể." if said.state == RETURNED else ""
        change([answer], ["state", "reviewer", "reviewed_on", "return_reason"], by=place.clerk, on=reviewed_on)
    part.state, part.done_on = said.state, on if said.state == CONFIRMED else None
    change([part], ["state", "done_on"], by=place.clerk, on=reviewed_on)


def ask_for_explanations(
    programmes: list[Programme], tasks: list[dict[Story, Task]], place: Place, calendar: Calendar
) -> None:
    """Two that agencies have answered and a leader reads; one whose answer is overdue."""
    late = [
        (programme, story, task)
        for programme, known in zip(programmes, tasks, strict=True)
        for story, task in known.items()
        if story.why and not story.is_dropped
    ]
    for number, (programme, story, task) in enumerate(late[: len(QUESTIONS)]):
        asked_on = calendar.ago(24 - 5 * number)
        asked = ask_explanation(
            programme,
            task=task,
            as_of=asked_on,
            question=QUESTIONS[number],
            due_on=asked_on + timedelta(days=7),
            by=place.leader,
            today=asked_on,
        )
        if story.lead in {"Công an tỉnh", "Sở XD"}:
            answered_on = asked_on + timedelta(days=5)
            text = f"{story.why} Đơn vị cam kết hoàn thành trong quý tới."
            officer = place.officers[place.agency_called(story.lead).pk]
            answer_explanation(asked, text=text, by=officer, today=answered_on)


def state_figures(programmes: list[Programme], place: Place, calendar: Calendar, *, by: User) -> None:
    """What a report of the province says itself: a number that agrees with what is counted, and one that does not."""
    on = calendar.ago(40)
    said = "Báo cáo kết quả thực hiện các đề án chuyển đổi số"
    report = place.issue(place.committee, DocumentKind.REPORT, "BC-UBND", said, on=on, by=by)
    figures = [
        StatedFigure(
            programme=programme,
            document=report,
            as_of=on,
            measure=measure,
            value=value,
            wording=f"{programme.code}: {measure.label.lower()} {value}",
        )
        for programme in programmes[:2]
        for measure, value in ((Measure.TASKS_TOTAL, 12), (Measure.TASKS_COMPLETE, 4))
    ]
    keep(figures, by=by, on=on)


def record_findings(place: Place, calendar: Calendar, *, by: User) -> None:
    on = calendar.ago(120)
    body = next(one for one in place.province.agencies.all() if one.short_name == "Thanh tra tỉnh")
    said = "Kết luận thanh tra việc thuê dịch vụ công nghệ thông tin"
    document = place.issue(body, DocumentKind.NOTICE, "KL-TTr", said, on=on, by=by)
    known = {"province": place.province, "body": body, "document": document}
    findings = [
        Finding(
            **known,
            item="điểm 1 mục III",
            subject="Nghiệm thu khối lượng thuê dịch vụ khi chưa đủ hồ sơ",
            asks="Bổ sung hồ sơ nghiệm thu, rà soát khối lượng đã thanh toán.",
            agency=place.agency_called("VP UBND tỉnh"),
            due_on=calendar.ago(30),
        ),
        Finding(
            **known,
            item="điểm 2 mục III",
            subject="Chậm đưa vào sử dụng thiết bị đã lắp đặt",
            asks="Xác định nguyên nhân, đưa thiết bị vào sử dụng.",
            agency=place.agency_called("Công an tỉnh"),
            due_on=calendar.today + timedelta(days=45),
        ),
    ]
    keep(findings, by=place.clerk, on=on)


DATASETS = (
    ("Dữ liệu thủ tục hành chính", "VP UBND tỉnh", UpdateCadence.DAILY, 3, Sharing.OFFICIAL),
    ("Dữ liệu hồ sơ sức khỏe điện tử", "Sở YT", UpdateCadence.MONTHLY, 20, Sharing.PILOT),
    ("Dữ liệu đất đai", "Sở NN&MT", UpdateCadence.MONTHLY, 140, Sharing.NONE),
    ("Dữ liệu học bạ", "Sở GD&ĐT", UpdateCadence.QUARTERLY, 60, Sharing.OFFICIAL),
    ("Dữ liệu điểm du lịch", "Sở VHTT&DL", UpdateCadence.YEARLY, None, Sharing.NONE),
)


def list_datasets(place: Place, calendar: Calendar, *, by: User) -> None:
    on = calendar.amended
    said = "Ban hành danh mục cơ sở dữ liệu dùng chung của tỉnh"
    decision = place.issue(place.committee, DocumentKind.DECISION, "QĐ-UBND", said, on=on, by=by)
    listed = keep(
        [
            Dataset(
                province=place.province,
                agency=place.agency_called(agency),
                name=name,
                listed_as=DatasetList.SHARED,
                document=decision,
                cadence=cadence,
                listed_from=on,
            )
            for name, agency, cadence, _, _ in DATASETS
        ],
        by=place.coordinator,
        on=on,
    )
    seen_on = calendar.ago(2)
    seen = [
        DatasetObservation(
            dataset=dataset,
            as_of=seen_on,
            is_built=days is not None,
            last_updated_on=None if days is None else calendar.ago(days),
            sharing=sharing,
            recorded_by=place.coordinator,
            recorded_on=seen_on,
        )
        for dataset, (_, _, _, days, sharing) in zip(listed, DATASETS, strict=True)
    ]
    keep(seen, by=place.coordinator, on=seen_on)
