"""The notice of a meeting's conclusions (Thông báo kết luận), put together from what was entered.

Its parts and their order are those of a notice by Nghị định 30/2020/NĐ-CP, Phụ lục I. A number and a day that are not
there yet stay blank, as on the copies that offices send around before the records office has given them.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from meetings.models.assignment import Assignment
from meetings.models.directive import Conclusion, Directive
from meetings.models.meeting import Attendance, AttendanceRole, Meeting
from smartcity.lib.language.hours import say_hour

# What follows the bare name of an agency: «Sở Tài chính tỉnh Bà Rịa - Vũng Tàu».
WHERE_FROM = re.compile(r" (?:tỉnh|thành phố) ")
TITLE = "THÔNG BÁO"
CLOSING = "thông báo ý kiến kết luận cuộc họp đến các cơ quan, đơn vị biết, tổ chức thực hiện./."
# Thừa lệnh: the office tells what its chairman said.
BY_ORDER = "TL. CHỦ TỊCH"


@dataclass(frozen=True)
class Notice:
    """Each part as it is printed; ``points`` are the numbered conclusions with their directives."""

    code: str
    place_and_day: str
    subject: str
    opening: str
    heard: str
    points: list[Conclusion]
    closing: str
    recipients: list[str]
    signing: list[str]
    signer: str

    def as_text(self) -> str:
        """The whole notice as plain text, a paragraph to a line."""
        lines = [f"Số: {self.code}", self.place_and_day, TITLE, self.subject, self.opening, self.heard]
        for point in self.points:
            said, *listed = paragraphs_of(point)
            lines += [f"{point.number}. {said}", *(f"- {text}" for text in listed)]
        recipients = ["Nơi nhận:", *(f"- {line}" for line in self.recipients)] if self.recipients else []
        lines += [self.closing, *recipients, *self.signing, self.signer]
        return "\n".join(line for line in lines if line.strip())


def compose_notice(meeting: Meeting) -> Notice:
    """The notice as the records have it now. Reads its people, conclusions, directives and recipients: 4 queries."""
    attendances = list(meeting.attendances.select_related("agency").order_by("position"))
    chair = next((one for one in attendances if one.role == AttendanceRole.CHAIR), None)
    document = meeting.notice
    chaired_by = say_person(chair) if chair else "(chưa ghi người chủ trì)"
    in_order = Prefetch("directives", Directive.objects.order_by("position"))
    return Notice(
        code=document.code if document else "",
        place_and_day=_place_and_day(meeting),
        subject=document.subject if document else subject_of(meeting, chair),
        opening=_opening(meeting, chaired_by, [one for one in attendances if one is not chair and one.is_present]),
        heard=f"Sau khi nghe {meeting.heard}; {chaired_by} kết luận như sau:"
        if meeting.heard
        else f"{chaired_by[:1].upper()}{chaired_by[1:]} kết luận như sau:",
        points=list(meeting.conclusions.prefetch_related(in_order).order_by("number")),
        closing=_closing(meeting),
        recipients=[one.text for one in meeting.recipients.order_by("position")],
        signing=meeting.signing.splitlines(),
        signer=document.signer if document else "",
    )


def say_assignments(meeting: Meeting) -> list[str]:
    """Who has to do each directive, and by when: what a version keeps beside the words of the notice. Two queries."""
    directives = Directive.objects.filter(conclusion__meeting=meeting).select_related("conclusion").in_order()
    in_order = Assignment.objects.select_related("agency").order_by("-role", "pk")
    return [_say_directive(one) for one in directives.prefetch_related(Prefetch("assignments", queryset=in_order))]


def _say_directive(directive: Directive) -> str:
    parts = [
        f"{one.get_role_display().lower()} {one.agency.name_in_province}{' (suy ra)' if one.is_assumed else ''}"
        for one in directive.assignments.all()
    ]
    waits_for = directive.due_revision or directive.due_document
    due = f"hạn: {directive.due.say()}" + (f" [{waits_for}]" if waits_for else "")
    return f"{directive.label}: {'; '.join([*parts, due])}"


def _closing(meeting: Meeting) -> str:
    issuer = meeting.notice.issuer if meeting.notice else None
    if issuer and meeting.signing.startswith(BY_ORDER):
        name = issuer.name_in_province
        return f"Thừa lệnh Chủ tịch {name}, Văn phòng {name} {CLOSING}"
    return CLOSING[:1].upper() + CLOSING[1:]


def paragraphs_of(point: Conclusion) -> list[str]:
    """What stands behind the number of a conclusion, then its directives; a lone directive may be all that it says."""
    # «Về việc …: thống nhất …», unless the heading closes itself.
    between = " " if point.heading.endswith((":", ".", ";")) else ": "
    own = between.join(filter(None, [point.heading, point.text]))
    directives = [directive.text for directive in point.directives.all()]
    return directives if not own and len(directives) == 1 else [own, *directives]


def subject_of(meeting: Meeting, chair: Attendance | None) -> str:
    """What the notice is about: «Kết luận của đồng chí … tại cuộc họp …»."""
    return f"Kết luận của {say_person(chair) if chair else 'chủ trì'} tại cuộc họp {meeting.title}"


def say_person(one: Attendance) -> str:
    """«đồng chí Đặng Minh Thông, Phó Chủ tịch UBND tỉnh»."""
    name = f"đồng chí {one.person}" if one.person else ""
    agency = one.agency.name if one.agency and not one.title else ""
    return ", ".join(filter(None, [name, one.title, agency]))


def say_day_in_full(day: date) -> str:
    """«ngày 05 tháng 01 năm 2020»: days below 10 and the first two months take a zero."""
    month = f"{day.month:02}" if day.month < 3 else day.month
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def _place_and_day(meeting: Meeting) -> str:
    document = meeting.notice
    if document and document.signed_on:
        day = say_day_in_full(document.signed_on)
    else:
        day = (document and document.date_as_written) or f"ngày … tháng … năm {meeting.held_on.year}"
    return f"{meeting.province.name.removeprefix('Tỉnh ')}, {day}"


def _opening(meeting: Meeting, chaired_by: str, others: list[Attendance]) -> str:
    day = say_day_in_full(meeting.held_on)
    if meeting.day_as_written:
        day = meeting.day_as_written
    if meeting.begins_at:
        day = f"lúc {say_hour(meeting.begins_at)}, {day}"
    place = f", tại {meeting.place}" if meeting.place else ""
    opening = f"{day[:1].upper()}{day[1:]}{place}, {chaired_by} đã chủ trì cuộc họp {meeting.title}"
    told = "; ".join(_say_attendance(one) for one in others)
    return f"{opening}. Tham dự cuộc họp có {told}." if told else f"{opening}."


def _say_attendance(one: Attendance) -> str:
    name = f"đồng chí {one.person}" if one.person else ""
    who = ", ".join(filter(None, [name, _say_part(one)]))
    return f"{who} (dự tại {one.site})" if one.site else who


def _say_part(one: Attendance) -> str:
    """«Đại diện Sở Tài chính tỉnh …»; an agency that the title names already is not said twice."""
    if one.agency is None:
        return one.title
    bare = WHERE_FROM.split(one.agency.name)[0].casefold()
    titled = one.title.replace("UBND", "Ủy ban nhân dân").casefold()
    return one.title if bare in titled else f"{one.title} {one.agency.name}".strip()
