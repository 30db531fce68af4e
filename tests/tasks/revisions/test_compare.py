import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from programme.models import Revision
from tasks.comparison import compare, compare_task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_programmes"), pytest.mark.both_databases]

# What the press of 20/10/2023 and of 08/05/2024 says of the amendment, and what the lists add up to.
HAI_DUONG = {
    "counts": {
        "kept": 0,
        "changed": 3,
        "added": 10,
        "removed": 3,
        "split": 1,
        "merged": 0,
        "transferred": 1,
        "carried_over": 0,
    },
    "tasks": {"from": 8, "to": 16, "reconciles": True},
    "money": {
        "declared_from_vnd": 3_800_000_000_000,
        "declared_to_vnd": 2_030_000_000_000,
        "difference_vnd": -1_770_000_000_000,
        "itemised_from_vnd": 0,
        "itemised_to_vnd": 0,
        "reconciles": False,
    },
    "carried_over": {"from": 0, "to": 0},
}


def told(*arguments):
    out = StringIO()
    call_command("compare", *arguments, stdout=out)
    return out.getvalue()


def in_order(value):
    """The JSON with its keys in their order, which a dictionary does not compare."""
    return json.dumps(value, ensure_ascii=False)


def test_compare_gives_hai_duong_exactly_as_json():
    read = json.loads(told("HD-CQDT", "1", "2", "--format", "json"))

    assert in_order(read) == in_order(HAI_DUONG)


def test_compare_gives_ba_ria_vung_tau_eight_tasks_carried_over():
    read = json.loads(told("BRVT-DTTM", "1", "2", "--format", "json"))

    assert read["counts"] == dict.fromkeys(HAI_DUONG["counts"], 0) | {"kept": 4, "carried_over": 8}
    assert read["tasks"] == {"from": 12, "to": 12, "reconciles": True}


def test_compare_says_what_the_older_list_consists_of():
    text = told("BRVT-DTTM", "1", "2")

    assert "12 = 4 hoàn thành + 8 chuyển tiếp" in text
    assert "Chuyển tiếp (8)" in text


def test_compare_says_the_sums_of_hai_duong():
    text = told("HD-CQDT", "1", "2").replace("\u00a0", " ")

    assert text.startswith("HD-CQDT: Ban hành lần đầu → Điều chỉnh lần 1\n")
    assert "3.800 tỷ đồng − 1.770 tỷ đồng = 2.030 tỷ đồng" in text
    assert "Chưa phân khai kinh phí theo nhiệm vụ ở cả hai lần" in text
    assert "Sau:   16 = 4 tiếp tục + 2 từ tách, gộp + 10 bổ sung" in text


def test_compare_names_what_a_task_was_split_into():
    lines = told("HD-CQDT", "1", "2").splitlines()

    assert (
        "  Xây dựng Trung tâm giám sát, điều hành thông minh tỉnh Hải Dương → "
        "Xây dựng kho dữ liệu dùng chung + Xây dựng Trung tâm giám sát, điều hành thông minh"
    ) in lines


def test_one_task_is_compared_as_among_all_of_them():
    for new in Revision.objects.exclude(base=None).select_related("base"):
        all_of_them = compare(new.base, new, today=date(2024, 6, 1))
        for task in new.programme.tasks.values_list("pk", flat=True):
            lines = [row for row in all_of_them.rows if task in {side.plan.task_id for side in row.old + row.new}]
            assert [compare_task(task, new.base, new, on=all_of_them.on)] == (lines or [None])


def test_compare_refuses_an_unknown_programme_and_names_those_that_exist():
    with pytest.raises(CommandError, match="Không có đề án mang mã «KHONG-CO»") as refusal:
        told("KHONG-CO", "1", "2")

    for code in ("BRVT-DTTM", "HD-CQDT"):
        assert code in str(refusal.value)


@pytest.mark.parametrize("numbers", [("1", "7"), ("7", "1")], ids=["the newer", "the older"])
def test_compare_refuses_an_unknown_number_and_names_those_that_exist(numbers):
    with pytest.raises(CommandError) as refusal:
        told("HD-CQDT", *numbers)

    assert str(refusal.value) == "Đề án HD-CQDT không có lần mang số 7. Có các số: 1, 2."
