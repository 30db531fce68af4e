"""What somebody reads stays in no cache; of the pages themselves the site map says so."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("address", "status"), [("/khong-co/", 404), ("/quan-tri/programme/user/add/", 403)])
def test_refusal_stays_in_no_cache(client_of, office, address, status):
    response = client_of("dau-moi").get(address)

    assert response.status_code == status
    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))


def test_answer_to_a_program_with_a_token_stays_in_no_cache(client, office):
    response = client.get("/api/v1/figures/", headers={"Authorization": "Token x"})

    assert response.status_code == 401
    assert "no-store" in response["Cache-Control"]
