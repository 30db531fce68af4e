"""The user's guide: its pages, and that what it names is there, on the screen as in the guide."""

import re
from html import unescape
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import Resolver404, resolve, reverse

from programme.models import User
from programme.rights import Role
from smartcity.guide.places import ENDINGS, FIRST_PAGE, PAGES_OF_ROLES, PLACES, RECORDS, place_of
from smartcity.guide.text import CONTENTS, FOLDER, MARKDOWN, page_names, read_page
from tests import site_map
from tests.factories import UserFactory
from tests.guide_pictures import MOST_BYTES, PICTURES
from tests.office import EVERYBODY
from tests.reading import text_of

EVERY_PAGE = [CONTENTS, *page_names()]
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
OWN_CODE = ("programme", "tasks", "meetings", "smartcity")


def written(name):
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def anchors_of(name):
    return set(re.findall(r' id="([^"]+)"', read_page(name).body))


def path_of(name):
    return reverse("guide_contents") if name == CONTENTS else reverse("guide_page", args=[name])


# What the pages name


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_every_link_leads_somewhere(name):
    dead = []
    for link in re.findall(r'<a href="([^"]+)"', read_page(name).body):
        address = urlsplit(unescape(link))
        try:
            match = resolve(address.path or path_of(name))
        except Resolver404:
            dead.append(link)
            continue
        page = match.kwargs.get("name", CONTENTS)
        if page not in EVERY_PAGE or not {address.fragment} - {""} <= anchors_of(page):
            dead.append(link)

    assert dead == []


def test_contents_lead_to_every_page():
    links = re.findall(r'<a href="([^"]+)"', read_page(CONTENTS).body)

    assert sorted(links) == sorted(path_of(name) for name in page_names())


def test_pictures_are_those_that_the_pages_show():
    shown = [path for name in EVERY_PAGE for _, path in PICTURE.findall(written(name))]

    kept = {path.name: path for path in (FOLDER / "hinh").iterdir()}
    assert sorted(shown) == sorted(f"hinh/{name}" for name in kept)
    assert sorted(kept) == sorted(f"{picture.name}.png" for picture in PICTURES)
    assert {name: size for name, path in kept.items() if (size := path.stat().st_size) > MOST_BYTES} == {}


def test_picture_is_told_in_words_and_keeps_its_place():
    images = [one for name in EVERY_PAGE for one in re.findall(r"<img[^>]*>", read_page(name).body)]

    assert len(images) == len(PICTURES)
    told = re.compile(r'alt="[^"]{20,}"')
    assert [one for one in images if not (told.search(one) and re.search(r' width="\d+" height="\d+"', one))] == []


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_page_with_what_it_sees_first_and_pictures(role):
    name = PAGES_OF_ROLES[role]

    headings = read_page(name).headings
    assert headings[0].anchor == FIRST_PAGE.removeprefix("#")
    assert 2 <= len(PICTURE.findall(written(name))) <= 5


# Words of the screen


@pytest.fixture(scope="module")
def words_of_the_screen():
    """All that templates, code and the catalogue say, in small letters, and what the admin calls adding a record."""
    places = [settings.BASE_DIR / "templates", *(settings.BASE_DIR / app for app in OWN_CODE)]
    files = chain.from_iterable(place.rglob(kind) for place in places for kind in ("*.html", "*.py", "*.po"))
    texts = [path.read_text(encoding="utf-8") for path in files if "migrations" not in path.parts]
    adding = [f"Thêm {model._meta.verbose_name}" for model in apps.get_models()]
    return " ".join(" ".join(chain(texts, adding)).replace('"\n"', "").split()).lower()


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_words_in_bold_are_on_the_screen(name, words_of_the_screen):
    bold = re.findall(r"\*\*([^*…]+?)(?: …)?\*\*", " ".join(written(name).split()))

    assert bold or name == "tim"
    assert [words for words in bold if words.lower() not in words_of_the_screen] == []


# From the product to the guide


@pytest.mark.django_db
def test_every_page_of_the_product_has_its_part(office):
    names = set(site_map.PAGES) | {
        f"admin:{record.replace('.', '_')}_{page}"
        for record in site_map.ADMIN
        for page in ("changelist", "add", "change", "history", "delete", "removed")
    }

    assert {name for name in names if place_of(name) is None} == set()
    assert set(PLACES) - {*site_map.PAGES, "admin:app_list"} == set()
    assert set(RECORDS) == {record.replace(".", "_") for record in site_map.ADMIN}


def test_every_part_that_is_named_exists():
    named = {place for place in (*PLACES.values(), *RECORDS.values(), *ENDINGS.values()) if place}
    own = {place for place in named if place.startswith("#")}
    places = {place.partition("#")[::2] for place in named - own}
    places |= {(page, place.removeprefix("#")) for page in PAGES_OF_ROLES.values() for place in own}

    assert {(page, anchor) for page, anchor in places if anchor and anchor not in anchors_of(page)} == set()
    assert {page for page, _ in places} <= set(page_names())


@pytest.mark.django_db
@pytest.mark.parametrize("username", EVERYBODY)
def test_first_page_leads_to_the_page_of_ones_own_role(client_of, office, username):
    own = PAGES_OF_ROLES[User.objects.get(username=username).role]

    assert f'<a href="/huong-dan/{own}/#trang-dau">Hướng dẫn</a>' in client_of(username).get("/quan-tri/").text
    assert f'<a href="/huong-dan/{own}/">' in client_of(username).get("/huong-dan/").text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/nhap-tep/", "/huong-dan/bang-tinh/#nhap-tu-tep"),
        ("/quan-tri/tasks/progressupdate/", "/huong-dan/bao-cao/#viet-va-gui"),
        ("/quan-tri/tasks/progressupdate/tiep-nhan/", "/huong-dan/tiep-nhan/#tiep-nhan"),
        ("/don-doc/", "/huong-dan/tiep-nhan/#don-doc"),
        ("/huong-dan/bao-cao/", "/huong-dan/"),
    ],
)
def test_name_in_the_bar_leads_to_what_tells_of_the_page(client_of, office, path, part):
    assert f'<a href="{part}">Hướng dẫn</a>' in client_of("dau-moi").get(path).text


# The pages


@pytest.mark.django_db
def test_who_cannot_sign_in_reads_how_one_does(client, django_assert_num_queries):
    sign_in = client.get(reverse("sign_in")).text
    assert '<a href="/huong-dan/chung/#dang-nhap-mat-khau">' in sign_in

    with django_assert_num_queries(0):
        page = client.get("/huong-dan/chung/")

    assert "Quên mật khẩu thì nhờ quản trị đặt lại" in text_of(page.text)


@pytest.mark.django_db
def test_who_has_to_change_their_password_first_may_read_how(client_of):
    person = UserFactory(must_change_password=True)

    assert client_of(person).get("/huong-dan/chung/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["README", "khong-co", "hinh", "BAO-CAO"])
def test_page_that_is_not_there_is_not_found(client, name):
    assert client.get(f"/huong-dan/{name}/").status_code == 404


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[xem](javascript:alert(1))", "<p>[xem](javascript:alert(1))</p>\n"),
        ("a <b onclick='x()'>b</b>", "<p>a &lt;b onclick='x()'&gt;b&lt;/b&gt;</p>\n"),
    ],
    ids=["script", "address", "attribute"],
)
def test_text_has_no_html_of_its_own(text, shown):
    assert MARKDOWN.render(text) == shown


def test_guide_is_kept_where_it_is_read_from():
    assert Path("docs/huong-dan").resolve() == FOLDER
