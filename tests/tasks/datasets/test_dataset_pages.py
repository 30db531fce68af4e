import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from programme.models import Role
from tasks.models import Dataset, DatasetList, Sharing, UpdateCadence
from tasks.pages.datasets.register import ROW_SETS, read_register
from tests.factories import (
    AgencyFactory,
    DatasetFactory,
    DatasetObservationFactory,
    ProgrammeFactory,
    UserFactory,
    coordinator_of,
    officer_of,
    rewrite,
)
from tests.forms_read import Page

pytestmark = pytest.mark.django_db

DAY = "10/04/2024"


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def agency(programme):
    return AgencyFactory(province=programme.province, name="Sở Y tế")


@pytest.fixture
def dataset(agency):
    return DatasetFactory(agency=agency, name="Hồ sơ sức khỏe", cadence=UpdateCadence.MONTHLY)


@pytest.fixture
def reader(client_of, programme):
    return client_of(UserFactory(role=Role.LEADER, agency=programme.coordinating_agency))


def observe(dataset, as_of, **fields):
    return DatasetObservationFactory(dataset=dataset, as_of=as_of, recorded_by=officer_of(dataset.agency), **fields)


def on(day, *datasets):
    """The databases on the day, as the page reads them."""
    found = Dataset.objects.filter(pk__in=[one.pk for one in datasets]).select_related("agency__province")
    return read_register(found.order_by("pk"), as_of=day, today=date(2026, 11, 21))


def sets_of(row):
    return {row_set.key for row_set in ROW_SETS.values() if row_set.attribute and row_set.counts(row)}


def words(response):
    text = re.sub(r"<[^>]+>", " ", re.sub(r"</?a\b[^>]*>", "", response.text))
    return " ".join(unescape(text).replace("\u00a0", " ").split())


def page(name="dataset_list", *args, **query):
    return reverse(name, args=args, query={key.replace("_", "-"): value for key, value in query.items()})


def typed(**changes):
    return {
        "as_of": "10/04/2024",
        "is_built": "1",
        "last_updated_on": "01/04/2024",
        "sharing": "pilot",
        "note": "Đủ bảy trường",
    } | changes


# States on a day


def test_database_that_nobody_looked_at_is_unknown_and_not_unbuilt(dataset):
    [row] = on(date(2024, 4, 10), dataset).rows

    assert sets_of(row) == {"chua-co-thong-tin"}


def test_state_is_that_of_the_last_observation_not_after_the_day(dataset):
    observe(dataset, date(2024, 1, 15), is_built=False)
    observe(dataset, date(2024, 3, 1), sharing=Sharing.PILOT)
    observe(dataset, date(2024, 4, 1), sharing=Sharing.OFFICIAL)

    days = [date(2024, 1, 14), date(2024, 1, 15), date(2024, 2, 29), date(2024, 3, 1), date(2024, 4, 1)]
    assert [sets_of(on(day, dataset).rows[0]) for day in days] == [
        {"chua-co-thong-tin"},
        {"chua-xay-dung"},
        {"chua-xay-dung"},
        {"chia-se-thi-diem"},
        {"chia-se-chinh-thuc"},
    ]


@pytest.mark.parametrize(
    ("cadence", "last_day_in_time"),
    [
        (UpdateCadence.DAILY, date(2024, 2, 1)),
        (UpdateCadence.WEEKLY, date(2024, 2, 7)),
        (UpdateCadence.MONTHLY, date(2024, 2, 29)),
        (UpdateCadence.QUARTERLY, date(2024, 4, 30)),
        (UpdateCadence.YEARLY, date(2025, 1, 31)),
    ],
)
def test_database_is_outdated_from_the_day_after_its_update_was_due(agency, cadence, last_day_in_time):
    dataset = DatasetFactory(agency=agency, cadence=cadence)
    observe(dataset, date(2024, 1, 31), sharing=Sharing.OFFICIAL)
    late = last_day_in_time + timedelta(days=1)

    [in_time], [outdated] = on(last_day_in_time, dataset).rows, on(late, dataset).rows

    assert not in_time.is_outdated
    assert outdated.is_outdated
    assert outdated.outdated_since == late


def test_database_that_is_updated_as_it_arises_is_never_outdated(agency):
    dataset = DatasetFactory(agency=agency, cadence=UpdateCadence.AS_IT_ARISES)
    observe(dataset, date(2024, 1, 31))

    assert not on(date(2030, 1, 1), dataset).rows[0].is_outdated


def test_built_database_without_a_day_of_update_is_neither_outdated_nor_in_time(dataset):
    observe(dataset, date(2024, 1, 31), last_updated_on=None, sharing=Sharing.OFFICIAL)

    assert sets_of(on(date(2030, 1, 1), dataset).rows[0]) == {"khong-ro-cap-nhat", "chia-se-chinh-thuc"}


def test_since_when_is_the_first_of_the_observations_that_all_say_so(dataset):
    observe(dataset, date(2024, 1, 1), sharing=Sharing.NONE)
    observe(dataset, date(2024, 2, 1), sharing=Sharing.PILOT)
    observe(dataset, date(2024, 3, 1), sharing=Sharing.NONE)
    observe(dataset, date(2024, 4, 1), sharing=Sharing.NONE)

    assert on(date(2024, 4, 10), dataset).rows[0].not_shared_since == date(2024, 3, 1)
    assert on(date(2024, 1, 20), dataset).rows[0].not_shared_since == date(2024, 1, 1)


# The register's page


def test_empty_register_says_why(reader):
    told = words(reader.get(page()))

    assert "Chưa nhập danh mục cơ sở dữ liệu" in told
    assert "nội dung danh mục chưa có trong các nguồn đã nhập" in told
    assert "chưa xây dựng" not in told


def test_three_lists_to_publish_name_agency_database_and_since_when(reader, agency):
    unbuilt, late, unshared, good, unknown = [
        DatasetFactory(agency=agency, name=f"Kho {name}") for name in ("một", "hai", "ba", "bốn", "năm")
    ]
    observe(unbuilt, date(2024, 1, 15), is_built=False)
    observe(unbuilt, date(2024, 3, 15), is_built=False)
    observe(late, date(2024, 2, 1), sharing=Sharing.PILOT)
    observe(unshared, date(2024, 4, 5))
    observe(good, date(2024, 4, 5), sharing=Sharing.OFFICIAL)

    told = words(reader.get(page(ngay=DAY)))

    assert (
        "5 cơ sở dữ liệu: 1 chưa xây dựng; 1 chưa cập nhật đúng hạn; 1 chưa chia sẻ về IOC; 1 chia sẻ thí điểm; "
        "1 chia sẻ chính thức; 1 chưa có thông tin" in told
    )
    head = "Cơ quan Cơ sở dữ liệu Từ ngày Ghi nhận gần nhất"
    assert f"Chưa xây dựng: 1 · đến ngày {DAY} {head} Sở Y tế Kho một 15/01/2024 15/03/2024" in told
    assert f"Chưa cập nhật đúng hạn: 1 · đến ngày {DAY} {head} Sở Y tế Kho hai 02/03/2024 01/02/2024" in told
    assert f"Chưa chia sẻ về IOC: 1 · đến ngày {DAY} {head} Sở Y tế Kho ba 05/04/2024 05/04/2024" in told
    assert unknown.name in told


def test_each_count_opens_its_rows(reader, agency):
    for index in range(3):
        observe(DatasetFactory(agency=agency, name=f"Chưa {index}"), date(2024, 3, 1), is_built=False)
    observe(DatasetFactory(agency=agency, name="Rồi"), date(2024, 4, 1), sharing=Sharing.OFFICIAL)
    response = reader.get(page(ngay=DAY))
    counts = re.findall(r'<a href="(\?[^"]*loc=[^"]+)#danh-sach">(\d+)</a>', response.text)
    assert len(counts) == 4

    for address, count in counts:
        rows = reader.get(page() + unescape(address)).text.partition('id="danh-sach"')[2]
        assert rows.count('<td class="name">') == int(count), address


def test_rows_that_are_not_there_do_not_exist(reader):
    assert reader.get(page(loc="khong-co")).status_code == 404


def test_register_is_filtered_by_list_and_agency(reader, programme, agency):
    other = AgencyFactory(province=programme.province, name="Sở Xây dựng")
    DatasetFactory(agency=agency, name="Kho một", listed_as=DatasetList.SHARED)
    DatasetFactory(agency=agency, name="Kho hai", listed_as=DatasetList.OPEN)
    DatasetFactory(agency=other, name="Kho ba", listed_as=DatasetList.OPEN)

    def told(**query):
        text = words(reader.get(page(**query)))
        return [name for name in ("Kho một", "Kho hai", "Kho ba") if name in text]

    assert told() == ["Kho một", "Kho hai", "Kho ba"]
    assert told(danh_muc="open") == ["Kho hai", "Kho ba"]
    assert told(co_quan=other.pk) == ["Kho ba"]
    assert told(danh_muc="shared", co_quan=other.pk) == []
    assert "Không có cơ sở dữ liệu nào như vậy" in words(reader.get(page(danh_muc="shared", co_quan=other.pk)))
    # What cannot be read filters nothing.
    assert told(danh_muc="x", co_quan="y") == ["Kho một", "Kho hai", "Kho ba"]


def test_database_is_there_only_while_it_is_in_the_list(reader, agency):
    DatasetFactory(agency=agency, name="Kho một", listed_from=date(2024, 1, 1), listed_to=date(2024, 6, 30))

    days = ("31/12/2023", "01/01/2024", "30/06/2024", "01/07/2024")
    assert ["Kho một" in words(reader.get(page(ngay=day))) for day in days] == [False, True, True, False]


def test_day_that_is_none_is_told(reader):
    response = reader.get(page(ngay="31/02/2024"))

    assert response.status_code == 400
    assert "Ngày 31/02/2024 không có trong lịch." in words(response)


def test_agency_that_ended_without_an_heir_is_told(reader, dataset, agency):
    rewrite(agency, in_force_to=date(2025, 2, 28))

    assert "hoạt động đến hết 28/02/2025; chưa xác định cơ quan kế thừa" in words(reader.get(page(ngay="01/03/2025")))
    assert "chưa xác định cơ quan kế thừa" not in words(reader.get(page(ngay="28/02/2025")))


@pytest.mark.parametrize("count", [1, 30])
def test_register_query_count_does_not_grow(client_of, programme, agency, count, django_assert_num_queries):
    for _ in range(count):
        dataset = DatasetFactory(agency=agency)
        observe(dataset, date(2024, 3, 1), is_built=False)
        observe(dataset, date(2024, 4, 1))
    browser = client_of(coordinator_of(programme))

    # Session, user with agency; the agencies to choose from; the databases; what was seen of them.
    with django_assert_num_queries(2 + 3):
        browser.get(page(ngay=DAY))


def test_what_moved_since_an_earlier_day_is_marked_and_listed(dataset, reader):
    observe(dataset, date(2024, 3, 1), is_built=False)
    observe(dataset, date(2024, 4, 1), sharing=Sharing.OFFICIAL, last_updated_on=date(2024, 4, 1))

    html = reader.get(page(ngay=DAY, so_voi="15/03/2024")).text

    told = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    assert "−1 chưa xây dựng" in told
    assert "+1 chia sẻ chính thức" in told
    assert "Hồ sơ sức khỏe trước: chưa xây dựng; nay: chia sẻ chính thức" in told
    assert "không đổi" in reader.get(page(ngay=DAY, so_voi="05/04/2024")).text
    assert reader.get(page(ngay=DAY, so_voi=DAY)).status_code == 400


# One database


def test_page_tells_what_was_seen_newest_first(reader, dataset):
    observe(dataset, date(2024, 1, 15), is_built=False, note="Đang lập dự án")
    observe(dataset, date(2024, 4, 1), sharing=Sharing.PILOT)

    told = words(reader.get(page("dataset_detail", dataset.pk, ngay=DAY)))

    assert told.index("01/04/2024 Đã xây dựng · cập nhật 01/04/2024 · chia sẻ thí điểm") < told.index(
        "15/01/2024 Chưa xây dựng Đang lập dự án"
    )
    assert "Đã xây dựng" not in words(reader.get(page("dataset_detail", dataset.pk, ngay="31/03/2024")))
    assert "Ghi nhận tình trạng" not in told


def test_officer_of_the_owner_records_what_was_seen(client_of, dataset, agency):
    officer = officer_of(agency)
    browser = client_of(officer)
    address = dataset.get_absolute_url()
    assert "Ghi nhận tình trạng" in words(browser.get(address))

    response = browser.post(address, typed(), follow=True)

    observation = dataset.observations.get()
    assert "Đã ghi tình trạng ngày 10/04/2024." in words(response)
    assert (observation.as_of, observation.last_updated_on) == (date(2024, 4, 10), date(2024, 4, 1))
    assert (observation.is_built, observation.sharing, observation.note) == (True, "pilot", "Đủ bảy trường")
    assert observation.history.get().history_user == officer


def test_form_begins_with_what_was_seen_last(client_of, dataset, agency):
    observe(dataset, date(2024, 4, 1), is_built=True, sharing=Sharing.PILOT, last_updated_on=date(2024, 3, 20))
    browser = client_of(officer_of(agency))

    opened = Page(browser.get(dataset.get_absolute_url()).text).values
    browser.post(dataset.get_absolute_url(), opened | {"as_of": "10/04/2024", "sharing": "official"})

    assert opened["as_of"] == ""
    latest = dataset.observations.order_by("-pk").first()
    assert (latest.is_built, latest.sharing, latest.last_updated_on) == (True, "official", date(2024, 3, 20))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"as_of": ""}, "Ghi ngày mà tình trạng này đúng.", id="no day"),
        pytest.param({"as_of": "31/02/2024"}, "Ngày 31/02/2024 không có trong lịch.", id="no such day"),
        pytest.param(
            {"as_of": f"{localdate() + timedelta(days=2):%d/%m/%Y}"}, "Ngày này chưa đến.", id="a day to come"
        ),
        pytest.param({"is_built": ""}, "Chọn đã hay chưa xây dựng.", id="built or not"),
        pytest.param({"sharing": ""}, "Chọn mức chia sẻ về IOC.", id="shared or not"),
        pytest.param({"last_updated_on": "11/04/2024"}, "không thể sau ngày của tình trạng.", id="update too late"),
        pytest.param({"is_built": "0", "sharing": "none"}, "Chưa xây dựng thì không có ngày cập nhật.", id="update"),
        pytest.param({"is_built": "0", "last_updated_on": ""}, "Chưa xây dựng thì chưa chia sẻ được.", id="sharing"),
    ],
)
def test_what_was_seen_is_refused_beside_the_field_and_stays_typed(client_of, dataset, agency, changes, message):
    response = client_of(officer_of(agency)).post(dataset.get_absolute_url(), typed(**changes))

    assert response.status_code == 400
    assert message in words(response)
    assert re.search(rf'role="alert" id="[^"]+_error">[^<]*{re.escape(message)}', response.text)
    assert "Đủ bảy trường</textarea>" in response.text
    assert not dataset.observations.exists()


def test_button_pressed_twice_records_once(client_of, dataset, agency):
    browser = client_of(officer_of(agency))
    browser.post(dataset.get_absolute_url(), typed())

    response = browser.post(dataset.get_absolute_url(), typed())

    assert "Tình trạng này đã được ghi." in words(response)
    assert dataset.observations.count() == 1


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_those_who_only_read_record_nothing(client_of, dataset, agency, role):
    browser = client_of(UserFactory(role=role, agency=agency))

    assert "Ghi nhận tình trạng" not in words(browser.get(dataset.get_absolute_url()))
    assert browser.post(dataset.get_absolute_url(), typed()).status_code == 403
    assert not dataset.observations.exists()


def test_officer_of_another_agency_records_nothing(client_of, programme, dataset):
    browser = client_of(officer_of(AgencyFactory(province=programme.province)))

    assert browser.post(dataset.get_absolute_url(), typed()).status_code == 403


def test_nothing_of_another_province_exists(client_of, dataset):
    stranger = client_of(coordinator_of(ProgrammeFactory()))

    assert stranger.get(dataset.get_absolute_url()).status_code == 404
    assert stranger.post(dataset.get_absolute_url(), typed()).status_code == 404
    assert dataset.name not in stranger.get(page()).text


# The register in the admin


def test_coordinator_enters_a_database(client_of, programme, agency):
    document = DatasetFactory(agency=agency, name="Kho một").document
    browser = client_of(coordinator_of(programme))
    assert reverse("admin:tasks_dataset_add") in browser.get(page()).text

    response = browser.post(
        reverse("admin:tasks_dataset_add"),
        {
            "province": programme.province.pk,
            "agency": agency.pk,
            "name": "Kho hai",
            "listed_as": "open",
            "document": document.pk,
            "cadence": "quarterly",
            "listed_from": "29/12/2023",
            "change_reason": "",
            "observations-TOTAL_FORMS": 0,
            "observations-INITIAL_FORMS": 0,
        },
    )

    assert response.status_code == 302
    dataset = Dataset.objects.get(name="Kho hai")
    assert (dataset.listed_as, dataset.cadence, dataset.agency) == ("open", "quarterly", agency)
    assert dataset.history.get().history_document == document


def test_only_the_coordinating_agency_may_change_the_register(client_of, programme, dataset):
    change = reverse("admin:tasks_dataset_change", args=[dataset.pk])

    for person, may in [
        (coordinator_of(programme), True),
        (UserFactory(role=Role.COORDINATOR, agency=dataset.agency), False),
        (officer_of(dataset.agency), False),
    ]:
        browser = client_of(person)
        assert (change in browser.get(dataset.get_absolute_url()).text) == may
        assert ('name="_save"' in browser.get(change).text) == may
