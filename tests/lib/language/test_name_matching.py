from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tests.factories import AgencyFactory, ProvinceFactory

PROVINCE = "Tỉnh Bà Rịa - Vũng Tàu"
SPELLINGS = [
    pytest.param("Tỉnh Bà Rịa – Vũng Tàu", id="another dash"),
    pytest.param("Tỉnh Bà Rịa-Vũng Tàu", id="no blanks"),
    pytest.param("Tỉnh Bà Rịa Vũng Tàu", id="no dash"),
    pytest.param("Tỉnh Bà RịaVũng Tàu", id="as scanned"),
    pytest.param("BÀ RỊA - VŨNG TÀU", id="without its level, in capitals"),
    pytest.param("BR-VT", id="initials"),
    pytest.param("Ba Ria - Vung Tau", id="without accents"),
]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.django_db
def test_province_is_not_entered_twice_under_another_spelling(spelling):
    ProvinceFactory(name=PROVINCE)

    with pytest.raises(ValidationError) as refusal:
        ProvinceFactory(name=spelling)

    assert refusal.value.message_dict == {
        "name": [f"«{spelling}» là cách viết khác của tỉnh, thành phố đã có: {PROVINCE}."]
    }


@pytest.mark.parametrize(
    "spelling",
    [
        "Ủy ban nhân dân tỉnh Bà Rịa – Vũng Tàu",
        "Uỷ ban nhân dân tỉnh Bà Rịa Vũng Tàu",
        "UBND tỉnh Bà Rịa - Vũng Tàu",
        "UBND tỉnh BR-VT",
        "UBND tỉnh Bà RịaVũng Tàu",
    ],
)
@pytest.mark.django_db
def test_agency_is_not_entered_twice_under_another_spelling(spelling):
    province = ProvinceFactory(name=PROVINCE)
    AgencyFactory(province=province, name="Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu")

    with pytest.raises(ValidationError) as refusal:
        AgencyFactory(province=province, name=spelling)

    [told] = refusal.value.message_dict["name"]
    assert "cơ quan đã có: Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu." in told


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("UBND xã Đông Hải", "UBND xã Đồng Hải", id="a tone apart"),
        pytest.param("Sở Y tế", "Sở Công Thương", id="another name"),
        pytest.param("UBND thành phố Bà Rịa", "UBND tỉnh Bà Rịa - Vũng Tàu", id="a part of the name"),
        pytest.param("UBND phường 1", "UBND phường 11", id="another number"),
    ],
)
@pytest.mark.django_db
def test_agencies_with_names_of_their_own_stand_side_by_side(one, other):
    province = ProvinceFactory(name=PROVINCE)

    AgencyFactory(province=province, name=one)
    AgencyFactory(province=province, name=other)

    assert province.agencies.count() == 2


@pytest.mark.django_db
def test_provinces_whose_initials_are_alike_stand_side_by_side():
    names = ["Tỉnh Hà Nam", "Thành phố Hà Nội", "Tỉnh Hải Dương", "Tỉnh Hòa Bình", "Tỉnh Hậu Giang", "Tỉnh Hà Giang"]

    provinces = [ProvinceFactory(name=name) for name in names]

    assert [province.name for province in provinces] == names


@pytest.mark.django_db
def test_agency_that_has_ended_leaves_its_name_to_the_next():
    province = ProvinceFactory(name=PROVINCE)
    AgencyFactory(province=province, name="Sở TT&TT", in_force_to=date(2025, 2, 28))

    again = AgencyFactory(province=province, name="Sở  TT & TT")

    assert again.pk
