"""Every word that the installed packages can put on screen has its Vietnamese."""

import re
import sysconfig
from gettext import GNUTranslations, translation
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.utils.translation.template import templatize

CATALOGUES = Path(settings.LOCALE_PATHS[0]) / "vi" / "LC_MESSAGES"
PACKAGES = [Path(app.path) for app in apps.get_app_configs() if app.path.startswith(sysconfig.get_path("purelib"))]
DJANGO_ADMIN = Path(apps.get_app_config("admin").path)
DJANGO_CORE = DJANGO_ADMIN.parent.parent / "conf"

# Punctuation, units, protocols and bare placeholders: Vietnamese writes them the same way.
SAME_IN_VIETNAMESE = {
    ":",
    ":?.!",
    ", ",
    "…",
    "%(truncated_text)s…",
    "%(class_name)s %(instance)s",
    "%(size)d byte",
    "%s KB",
    "%s MB",
    "%s GB",
    "%s TB",
    "%s PB",
    "IPv4",
    "IPv6",
}

KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)\w|%[sd]|\{[\w:]*\}|<[^>]+>")


def messages_listed(catalogue):
    """What a package's own English catalogue lists, as (context, singular, plural)."""
    with catalogue.open("rb") as file:
        for message in read_po(file):
            singular, plural = message.id if message.pluralizable else (message.id, None)
            if singular:
                yield message.context, singular, plural


def messages_written(file):
    """What a Python file or a template marks for translation, as (context, singular, plural)."""
    source = file.read_text()
    if file.suffix != ".py":
        # A template's indentation is none to Python, which Babel takes the result for.
        source = "\n".join(line.strip() for line in templatize(source, origin=str(file)).splitlines())
    for _line, message, _comments, context in extract("python", BytesIO(source.encode()), keywords=KEYWORDS):
        singular, plural = message if isinstance(message, tuple) else (message, None)
        if singular:
            yield context, singular, plural


def messages_of(package):
    catalogue = package / "locale" / "en" / "LC_MESSAGES" / "django.po"
    if catalogue.exists():
        yield from messages_listed(catalogue)
        return
    for file in package.rglob("*"):
        # What lies under contrib is a package of its own, installed or not.
        if file.suffix in {".py", ".html", ".txt"} and "contrib" not in file.relative_to(package).parts:
            yield from messages_written(file)


def vietnamese(domain):
    """Where Django looks, in its order: the project's catalogue, the packages' own, then Django's core.

    The project's is compiled here, because the .mo beside it may be old or missing.
    """
    compiled = BytesIO()
    with (CATALOGUES / f"{domain}.po").open("rb") as source:
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    for package in [*PACKAGES, DJANGO_CORE]:
        translations.add_fallback(translation(domain, package / "locale", ["vi"], fallback=True))
    return translations


def untranslated(messages, translations):
    for context, singular, plural in sorted(set(messages), key=str):
        if plural and context:
            shown = translations.npgettext(context, singular, plural, 2)
        elif plural:
            shown = translations.ngettext(singular, plural, 2)
        elif context:
            shown = translations.pgettext(context, singular)
        else:
            shown = translations.gettext(singular)
        if shown in {singular, plural} and singular not in SAME_IN_VIETNAMESE:
            yield singular


@pytest.mark.parametrize("package", [DJANGO_CORE, *PACKAGES], ids=lambda package: package.name)
def test_every_message_of_a_package_is_vietnamese(package):
    assert list(untranslated(messages_of(package), vietnamese("django"))) == []


def test_every_message_of_the_admin_scripts_is_vietnamese():
    messages = messages_listed(DJANGO_ADMIN / "locale" / "en" / "LC_MESSAGES" / "djangojs.po")

    assert list(untranslated(messages, vietnamese("djangojs"))) == []


@pytest.mark.parametrize("name", ["django.po", "djangojs.po"])
def test_translations_keep_every_placeholder_and_tag(name):
    with (CATALOGUES / name).open("rb") as file:
        messages = [message for message in read_po(file) if message.id]

    for message in messages:
        original, ours = (text if isinstance(text, str) else text[0] for text in (message.id, message.string))
        assert set(PLACEHOLDER.findall(ours)) == set(PLACEHOLDER.findall(original)), original
