from smartcity.lib.language.money import MoneySource
from tasks.planned_money import mismatches, total_vnd

PROVINCE, CENTRAL, UNNAMED = MoneySource.PROVINCE.value, MoneySource.CENTRAL.value, MoneySource.UNSPECIFIED.value


def told(budgets):
    return [one.text.replace("\u00a0", " ") for one in mismatches(budgets)]


def test_whole_that_its_years_add_up_to_agrees_and_counts_once():
    budgets = {(PROVINCE, None): 100_000_000, (PROVINCE, 2024): 60_000_000, (PROVINCE, 2025): 40_000_000}

    assert told(budgets) == []
    assert total_vnd(budgets) == 100_000_000


def test_whole_that_differs_from_its_years_is_told_with_both_sums():
    budgets = {(PROVINCE, None): 100_000_000, (PROVINCE, 2024): 60_000_000, (PROVINCE, 2025): 30_000_000}

    assert told(budgets) == [
        "Ngân sách tỉnh: cả giai đoạn 100 triệu đồng, các năm cộng lại 90 triệu đồng, ít hơn 10 triệu đồng"
    ]
    assert total_vnd(budgets) == 100_000_000


def test_whole_without_a_source_is_that_of_the_years_of_all_sources():
    budgets = {(UNNAMED, None): 100_000_000, (PROVINCE, 2024): 60_000_000, (CENTRAL, 2024): 50_000_000}

    assert told(budgets) == ["Cả giai đoạn 100 triệu đồng, các năm cộng lại 110 triệu đồng, nhiều hơn 10 triệu đồng"]
    assert total_vnd(budgets) == 100_000_000


def test_whole_of_one_source_and_years_of_another_are_added():
    budgets = {(PROVINCE, None): 100_000_000, (CENTRAL, 2024): 50_000_000}

    assert told(budgets) == []
    assert total_vnd(budgets) == 150_000_000


def test_years_alone_are_added():
    assert total_vnd({(PROVINCE, 2024): 60_000_000, (PROVINCE, 2025): 40_000_000}) == 100_000_000
    assert told({(PROVINCE, 2024): 60_000_000}) == []
