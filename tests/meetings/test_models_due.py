import calendar
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from meetings.models.due import FIELDS, Due, DueKind, When, ask_if_before, read_due
from smartcity.lib.language.reporting_periods import Cadence
from smartcity.lib.language.text import clean_line
from tasks.timeliness import Timeliness, timeliness

ADOPTED = date(2024, 7, 12)
DATA_CENTRE = Due(DueKind.REFERENCE, words="155/QĐ-UBND ngày 18/01/2024 của UBND tỉnh", cadence=Cadence.UNTIL_DONE)
PILOT = Due(DueKind.CONDITION, when=When.UNTIL, words="Hội đồng nhân dân tỉnh thông qua Nghị quyết sửa đổi, bổ sung")
DOSSIER = Due(DueKind.CONDITION, when=When.AFTER, words="Hội đồng nhân dân tỉnh thông qua Nghị quyết sửa đổi, bổ sung")
AUDIT = Due(DueKind.MONTH, year=2024, month=4)
PUBLIC_LIST = Due(DueKind.CADENCE, words="trong các báo cáo định kỳ")
UNDATED = Due(DueKind.NONE)

# The notice of 10/04/2024, by its numbers and in its order: what is due, how it is said, on which day, and where
# each stands on 01/05/2024 when nobody has answered.
NOTICE = [
    pytest.param(
        DATA_CENTRE,
        "reference",
        "theo thời hạn tại 155/QĐ-UBND ngày 18/01/2024 của UBND tỉnh; báo cáo hằng tuần cho đến khi hoàn thành",
        None,
        "no_due_date",
        id="1 rent the data centre",
    ),
    pytest.param(UNDATED, "none", "không nêu thời hạn", None, "no_due_date", id="1 base the plan on real needs"),
    pytest.param(UNDATED, "none", "không nêu thời hạn", None, "no_due_date", id="1 appraise funding and price"),
    pytest.param(
        PILOT,
        "condition",
        "cho đến khi Hội đồng nhân dân tỉnh thông qua Nghị quyết sửa đổi, bổ sung",
        None,
        "no_due_date",
        id="2 go on with the pilot",
    ),
    pytest.param(
        PUBLIC_LIST, "cadence", "trong các báo cáo định kỳ", None, "no_due_date", id="2 publish who has no database"
    ),
    pytest.param(
        DOSSIER,
        "condition",
        "ngay sau khi Hội đồng nhân dân tỉnh thông qua Nghị quyết sửa đổi, bổ sung",
        None,
        "no_due_date",
        id="2 complete the dossier",
    ),
    pytest.param(AUDIT, "month", "trong tháng 04/2024", date(2024, 4, 30), "open_overdue", id="3 answer the auditors"),
    pytest.param(UNDATED, "none", "không nêu thời hạn", None, "no_due_date", id="4 arrange a working session"),
]

days = st.dates(date(1945, 1, 1), date(2099, 12, 31))
phrases = st.text(alphabet="abcđêươ 0123456789/«»%", min_size=1, max_size=30).map(lambda text: f"x{text}".strip())
cadences = st.sampled_from(["", *Cadence])
months = st.tuples(st.integers(1945, 2099), st.integers(1, 12))
maybe_days = st.none() | days
dues = st.one_of(
    st.builds(Due, st.just(DueKind.DAY), day=days, cadence=cadences),
    st.builds(
        lambda month, cadence: Due(DueKind.MONTH, year=month[0], month=month[1], cadence=cadence), months, cadences
    ),
    st.builds(Due, st.just(DueKind.PHRASE), words=phrases, day=maybe_days, cadence=cadences),
    st.builds(
        Due, st.just(DueKind.CONDITION), words=phrases, when=st.sampled_from(When), day=maybe_days, cadence=cadences
    ),
    st.builds(Due, st.just(DueKind.REFERENCE), words=phrases, day=maybe_days, cadence=cadences),
    st.builds(Due, st.just(DueKind.CADENCE), words=phrases, cadence=cadences),
    st.builds(Due, st.just(DueKind.CADENCE), cadence=st.sampled_from(list(Cadence))),
    st.just(UNDATED),
)


# The notice of 10/04/2024


@pytest.mark.parametrize(("due", "kind", "said", "due_on", "cell"), NOTICE)
def test_directive_of_the_notice_is_kept_as_what_it_is(due, kind, said, due_on, cell):
    assert (due.kind.value, due.say(), due.due_on) == (kind, said, due_on)
    assert timeliness(due.due_on, None, date(2024, 5, 1)).value == cell
    assert timeliness(due.due_on, None, date(2024, 4, 30)) != Timeliness.OPEN_OVERDUE


def test_adoption_gives_the_conditional_directives_their_day():
    pilot, dossier = PILOT.resolved(ADOPTED), DOSSIER.resolved(ADOPTED)

    assert pilot.due_on == dossier.due_on == ADOPTED
    assert dossier.say() == f"{DOSSIER.say()} (tức ngày 12/07/2024)"


def test_reference_takes_its_day_and_keeps_its_weekly_report():
    due = DATA_CENTRE.resolved(date(2024, 6, 30))

    assert due.due_on == date(2024, 6, 30)
    assert due.cadence == Cadence.UNTIL_DONE
    assert due.say() == (
        "theo thời hạn tại 155/QĐ-UBND ngày 18/01/2024 của UBND tỉnh (hạn là ngày 30/06/2024); "
        "báo cáo hằng tuần cho đến khi hoàn thành"
    )


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (Due(DueKind.DAY, day=date(2024, 4, 15)), "chậm nhất ngày 15/04/2024"),
        (
            Due(DueKind.DAY, day=date(2024, 4, 15), cadence="half_yearly"),
            "chậm nhất ngày 15/04/2024; báo cáo 6 tháng một lần",
        ),
        (Due(DueKind.MONTH, year=2024, month=11), "trong tháng 11/2024"),
        (Due(DueKind.PHRASE, words="đầu tháng 4/2018"), "đầu tháng 4/2018"),
        (
            Due(DueKind.PHRASE, words="đầu tháng 4/2018", day=date(2018, 4, 10)),
            "đầu tháng 4/2018 (theo dõi đến ngày 10/04/2018)",
        ),
        (Due(DueKind.CONDITION, when="after", words="Ngay sau khi Nghị quyết có hiệu lực"), None),
        (Due(DueKind.CONDITION, when="after", words="sau khi tỉnh có IoC chính thức"), None),
        (Due(DueKind.CONDITION, when="until", words="đến khi có quyết định thay thế"), None),
        (Due(DueKind.REFERENCE, words="Theo thời hạn đã được giao tại 155/QĐ-UBND"), None),
        (Due(DueKind.CADENCE, cadence="until_done"), "hằng tuần cho đến khi hoàn thành"),
        (
            Due(DueKind.CADENCE, words="trong các báo cáo định kỳ", cadence="monthly"),
            "trong các báo cáo định kỳ (hằng tháng)",
        ),
    ],
)
def test_due_is_said_as_officials_write_it(due, said):
    # Words that open as the sentence would are not opened twice.
    assert due.say() == (said or due.words[0].lower() + due.words[1:])


def test_dues_are_listed_by_day_then_by_how_long_they_wait():
    listed = [
        Due(DueKind.DAY, day=date(2024, 4, 15)),
        Due(DueKind.DAY, day=date(2024, 4, 30)),
        AUDIT,
        Due(DueKind.PHRASE, words="đầu tháng 5", day=date(2024, 5, 10)),
        DOSSIER.resolved(ADOPTED),
        Due(DueKind.PHRASE, words="sớm"),
        DOSSIER,
        PILOT,
        DATA_CENTRE,
        PUBLIC_LIST,
        UNDATED,
    ]
    backwards = listed[::-1]

    assert sorted(backwards, key=lambda due: due.sort_key) == listed
    assert [due.is_open_ended for due in listed] == [False] * 9 + [True] * 2


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "day"},
        {"kind": "day", "day": date(2024, 4, 15), "words": "sớm"},
        {"kind": "month", "year": 2024},
        {"kind": "month", "month": 4},
        {"kind": "month", "year": 2024, "month": 13},
        {"kind": "month", "year": 24, "month": 4},
        {"kind": "day", "day": date(2024, 4, 15), "year": 2024},
        {"kind": "condition", "words": "Nghị quyết được thông qua"},
        {"kind": "condition", "when": "before", "words": "Nghị quyết được thông qua"},
        {"kind": "cadence"},
        {"kind": "cadence", "cadence": "daily"},
        {"kind": "none", "cadence": "weekly"},
        {"kind": "soon"},
    ],
)
def test_due_that_contradicts_itself_cannot_be_made(fields):
    with pytest.raises(ValueError, match=r"Not a due|not a valid DueKind"):
        Due(**fields)


# Whatever the due


@given(dues)
def test_any_due_says_something_in_one_line(due):
    said = due.say()

    assert said == said.strip() != ""
    assert "\n" not in said
    assert "None" not in said


@given(st.lists(dues, max_size=8))
def test_any_dues_have_one_order_with_those_without_a_day_last(some):
    backwards = some[::-1]

    ordered = sorted(some, key=lambda due: due.sort_key)

    assert ordered == sorted(backwards, key=lambda due: due.sort_key)
    dated = [due.due_on for due in ordered if due.due_on]
    assert [due.due_on for due in ordered[: len(dated)]] == sorted(dated)


@given(months)
def test_month_is_due_on_its_last_day(month):
    due_on = Due(DueKind.MONTH, year=month[0], month=month[1]).due_on

    assert (due_on.year, due_on.month) == month
    assert (due_on + timedelta(days=1)).day == 1
    assert due_on.day != 29 or calendar.isleap(due_on.year)


@given(dues, days)
def test_resolving_twice_is_resolving_once(due, day):
    resolved = due.resolved(day)

    assert resolved.resolved(day) == resolved
    assert (resolved.kind, resolved.words, resolved.cadence) == (due.kind, due.words, due.cadence)
    assert resolved.due_on == (day if due.kind in ("condition", "reference") else due.due_on)


@given(dues.filter(lambda due: due.kind != DueKind.PHRASE or due.day))
def test_any_due_goes_through_a_form_and_back(due):
    read = read_due(
        kind=due.kind.value,
        day=due.day,
        month=f"{due.month:02}/{due.year}" if due.month else "",
        words=due.words,
        when=due.when,
        cadence=due.cadence,
    )

    assert read == replace(due, words=clean_line(due.words))


form_values = st.fixed_dictionaries(
    {"kind": st.sampled_from(["", "week", *DueKind.values])},
    optional={
        "day": maybe_days,
        "month": st.sampled_from(["", "04/2024", "tháng 13/2024", "15/04/2024", "quý II/2024", "x"]),
        "words": st.sampled_from(["", " ", "sớm", "trong tháng 4/2024", "cho đến khi xong"]) | phrases,
        "when": st.sampled_from(["", "after", "until", "before"]),
        "cadence": st.sampled_from(["", "weekly", "daily"]),
    },
)


@given(form_values)
def test_form_is_read_whole_or_refused_beside_its_fields(fields):
    try:
        due = read_due(**fields)
    except ValidationError as refusal:
        for name, sentences in refusal.message_dict.items():
            assert name in ("kind", "day", "month", "words", "when", "cadence")
            assert all(sentence.endswith(".") and len(sentence) < 300 for sentence in sentences)
    else:
        kept = {name for name in ("day", "month", "words", "when", "cadence") if getattr(due, name)}
        assert kept == {name for name, value in fields.items() if name != "kind" and value and str(value).strip()}


# Reading a form


@pytest.mark.parametrize(
    ("fields", "place", "sentence"),
    [
        ({"kind": ""}, "kind", "Chọn loại hạn; văn bản không ghi hạn thì chọn «Không nêu thời hạn»"),
        ({"kind": "tuần"}, "kind", "Chọn loại hạn"),
        ({"kind": "day"}, "day", "Nhập ngày đến hạn"),
        ({"kind": "month"}, "month", "Nhập tháng đến hạn, ví dụ 04/2024"),
        ({"kind": "month", "month": "tháng 4"}, "month", "«tháng 4» chưa đủ tháng và năm"),
        ({"kind": "month", "month": "04/1899"}, "month", "nằm ngoài khoảng 1945–2099"),
        ({"kind": "month", "month": "13/2024"}, "month", "Không có tháng 13"),
        ({"kind": "month", "month": "15/04/2024"}, "month", "là một ngày. Chỉ ghi 04/2024, hoặc .* «Một ngày»"),
        ({"kind": "month", "month": "quý II/2024"}, "month", "dài hơn một tháng. .* ngày theo dõi 30/06/2024"),
        (
            {"kind": "month", "month": "04/2024", "day": date(2024, 4, 15)},
            "day",
            "«Một tháng» không dùng ô này. Xóa .*, hoặc chọn loại hạn «Một ngày»",
        ),
        ({"kind": "phrase", "day": date(2018, 4, 10)}, "words", "Ghi nguyên văn thời hạn"),
        ({"kind": "phrase", "words": "đầu tháng 4/2018"}, "day", "Chọn một ngày để theo dõi, vì «đầu tháng 4/2018»"),
        (
            {"kind": "phrase", "words": "Trong tháng 04/2024", "day": date(2024, 4, 30)},
            "words",
            "đã chỉ rõ một tháng. Chọn loại hạn «Một tháng»",
        ),
        (
            {"kind": "phrase", "words": "chậm nhất là ngày 15/04/2024"},
            "words",
            "đã chỉ rõ một ngày. Chọn loại hạn «Một ngày»",
        ),
        ({"kind": "condition", "when": "after"}, "words", "Ghi điều kiện, ví dụ"),
        ({"kind": "condition", "when": "after", "words": " \u200b "}, "words", "Ghi điều kiện, ví dụ"),
        ({"kind": "condition", "words": "Nghị quyết được thông qua"}, "when", "Chọn «Ngay sau khi» hoặc"),
        ({"kind": "condition", "when": "before", "words": "họp"}, "when", "Chọn một mục trong danh sách"),
        (
            {"kind": "condition", "when": "after", "words": "Cho đến khi Nghị quyết được thông qua"},
            "when",
            "chọn «Cho đến khi», hoặc sửa lại lời",
        ),
        ({"kind": "reference", "cadence": "until_done"}, "words", "Ghi văn bản đã định thời hạn"),
        ({"kind": "cadence"}, "cadence", "Chọn kỳ báo cáo, hoặc ghi nguyên văn"),
        ({"kind": "cadence", "cadence": "daily"}, "cadence", "Chọn một mục trong danh sách"),
        ({"kind": "none", "words": "kịp thời"}, "words", "hoặc chọn loại hạn «Lời văn chưa rõ ngày»"),
        ({"kind": "none", "cadence": "weekly"}, "cadence", "hoặc chọn loại hạn «Định kỳ»"),
        ({"kind": "none", "month": "04/2024"}, "month", "hoặc chọn loại hạn «Một tháng»"),
        ({"kind": "day", "day": date(2024, 4, 15), "when": "after"}, "when", "hoặc chọn loại hạn «Theo điều kiện»"),
    ],
)
def test_read_due_says_beside_the_field_how_to_mend_it(fields, place, sentence):
    with pytest.raises(ValidationError) as refusal:
        read_due(**fields)

    assert refusal.value.message_dict.keys() == {place}
    refusal.match(sentence)


def test_phrase_that_had_no_day_needs_none():
    was = Due(DueKind.PHRASE, words="đầu tháng 4/2018")

    assert read_due(kind="phrase", words="đầu  tháng 4/2018", was=was) == was


@pytest.mark.parametrize(
    "was",
    [
        Due(DueKind.PHRASE, words="giữa tháng 4/2018"),
        Due(DueKind.PHRASE, words="đầu tháng 4/2018", day=date(2018, 4, 10)),
        Due(DueKind.CADENCE, words="đầu tháng 4/2018"),
    ],
    ids=["other words", "it had a day", "another kind"],
)
def test_phrase_that_is_new_needs_its_day(was):
    with pytest.raises(ValidationError) as refusal:
        read_due(kind="phrase", words="đầu tháng 4/2018", was=was)

    assert refusal.value.message_dict.keys() == {"day"}


def test_read_due_says_everything_that_is_wrong_at_once():
    with pytest.raises(ValidationError) as refusal:
        read_due(kind="condition", month="04/2024", cadence="daily")

    assert refusal.value.message_dict.keys() == {"words", "when", "month", "cadence"}


@pytest.mark.parametrize(
    ("due", "asked"),
    [
        (Due(DueKind.DAY, day=date(2023, 4, 15)), "Hạn 15/04/2023 trước ngày họp 10/04/2024 361 ngày."),
        (Due(DueKind.MONTH, year=2024, month=3), "Hạn 31/03/2024 trước ngày họp 10/04/2024 10 ngày."),
        (Due(DueKind.DAY, day=date(2024, 4, 10)), ""),
        (AUDIT, ""),
        (DOSSIER, ""),
        (UNDATED, ""),
    ],
)
def test_due_before_its_meeting_is_asked_about(due, asked):
    question = ask_if_before(due, date(2024, 4, 10))

    assert question.startswith(asked)
    assert bool(question) == bool(asked)


def test_every_kind_says_which_fields_it_takes():
    assert FIELDS.keys() == set(DueKind)
    assert DueKind.values == ["day", "month", "phrase", "condition", "reference", "cadence", "none"]
