"""The documents that somebody may cite: the newest stand in a list, any other is searched for by its number or words.

Beside the list stands a line to type into. What is typed there counts before what the list shows: it is read when
the form is saved, or, with «Tìm», shown again as the few documents that it can mean.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminSelectWidget

from programme.models import LegalDocument, User
from smartcity.lib.language.dates import read_day
from smartcity.lib.language.document_code import read_code, split_citation
from smartcity.lib.language.text import clean_line, shorten
from smartcity.lib.submissions.payload import FIND, NEW_RECORD, WORDS

# What the name of a document is made of; a list to choose from shows no more.
NAMED_BY = ["kind", "number", "symbol", "signed_on", "date_as_written", "publisher"]
# So many stand in a list; where there are more, the others are searched for.
OFFERED = 20
# Between the document that was chosen and the words by which another was looked for since.
SOUGHT = "?"
LONGEST = 200
# Of what a browser sends as a key, longer ones are none.
LONGEST_KEY = 19
UNFIT = "Văn bản vừa chọn không dùng được ở ô này. Chọn văn bản khác."
# Stands in the names of a row's fields until a script adds it.
ROW_TO_ADD = "__prefix__"
# In the address of the page that enters a document: the form that waits for it, and its field.
BACK, FOR_FIELD = "ve", "o"


def documents_for(user: User):
    """What can be cited: what the person may see, the newest first."""
    return LegalDocument.objects.visible_to(user).only(*NAMED_BY).order_by("-signed_on", "-pk")


@dataclass(frozen=True)
class Offer:
    """What a field shows: the documents to choose from, which is chosen, what is said of a search.

    ``words`` were looked for and have found nothing, so that they stay to be mended.
    """

    choices: list[tuple[str, str]]
    chosen: str
    is_searched: bool
    told: str = ""
    words: str = ""


class SearchesDocuments:
    """A list of a few documents with a line to search for the others."""

    offered_by: "DocumentChoice | None" = None
    # Those of Django's list, which this stands before.
    choices: Any

    def value_from_datadict(self, data, files, name):
        chosen = str(super().value_from_datadict(data, files, name) or "")  # type: ignore[misc]
        words = clean_line(str(data.get(f"{name}{WORDS}") or ""))[:LONGEST]
        return f"{chosen.partition(SOUGHT)[0]}{SOUGHT}{words}" if words else chosen

    def render(self, name, value, attrs=None, renderer=None):
        field = self.offered_by
        if field is None:
            return super().render(name, value, attrs, renderer)  # type: ignore[misc]
        offer, key = field.offer_of(value), (attrs or {}).get("id", f"id_{name}")
        # The script that adds a row numbers its fields, not what describes them.
        told_at = "" if ROW_TO_ADD in name else f"{key}_found"
        described = filter(None, [(attrs or {}).get("aria-describedby"), told_at])
        attrs = {**(attrs or {}), "aria-describedby": " ".join(described) or False}
        self.choices = offer.choices
        select = super().render(name, offer.chosen, attrs, renderer)  # type: ignore[misc]
        return format_html(
            '<div class="documents">{}<span class="look-up">{}{}</span>'
            '<span class="echo" id="{}_found" role="status">{}</span></div>',
            select,
            _search(name, key, offer.words) if offer.is_searched else "",
            _enter_new(name) if field.may_add else "",
            key,
            offer.told,
        )


def _search(name: str, key: str, words: str):
    return format_html(
        '<label for="{0}_words">Tìm theo số, ký hiệu, trích yếu</label> '
        '<input type="text" name="{1}{2}" id="{0}_words" value="{3}" size="20" maxlength="{4}" autocomplete="off"> '
        '<button type="submit" class="button quiet" name="{5}{1}" value="1">Tìm</button> ',
        *(key, name, WORDS, words, LONGEST, FIND),
    )


def _enter_new(name: str):
    return format_html(
        '<button type="submit" class="button quiet" name="{}{}" value="1">Nhập văn bản mới</button>', NEW_RECORD, name
    )


class DocumentSelect(SearchesDocuments, forms.Select):
    pass


class AdminDocumentSelect(SearchesDocuments, UnfoldAdminSelectWidget):
    pass


class NewestDocuments:
    """What the rows of one page offer, read once for all of them: the newest, and what a row has chosen already."""

    def __init__(self, documents, by: User, chosen: Iterable[int | None]):
        self.documents, self.by, self._chosen = documents, by, chosen

    @cached_property
    def rows(self) -> list[LegalDocument]:
        newest = list(self.documents[: OFFERED + 1])
        if len(newest) <= OFFERED:
            return newest
        # Of many the newest alone are offered in each row.
        return [*newest, *self.documents.filter(pk__in=[key for key in self._chosen if key])]


class DocumentChoice(forms.ModelChoiceField):
    """A document, of the newest or found; ``offer`` says of which ones, and to whom."""

    widget = DocumentSelect
    may_add = False
    newest: NewestDocuments | None = None

    def __init__(self, queryset=None, **kwargs):
        super().__init__(LegalDocument.objects.none() if queryset is None else queryset, **kwargs)
        self._found: dict[str, list[LegalDocument]] = {}

    def __deepcopy__(self, memo):
        copied = super().__deepcopy__(memo)
        copied._found = {}
        copied._serve_widget()
        return copied

    def _serve_widget(self) -> None:
        if isinstance(self.widget, SearchesDocuments):
            self.widget.offered_by = self

    def offer(self, documents, by: User, *, empty_label: str | None = None) -> None:
        self.queryset, self.may_add = documents, by.has_perm("programme.add_legaldocument")
        if empty_label is not None:
            self.empty_label = empty_label
        self._serve_widget()

    def offer_newest(self, newest: NewestDocuments, *, empty_label: str) -> None:
        self.offer(newest.documents, newest.by, empty_label=empty_label)
        self.newest = newest

    def to_python(self, value: Any):
        words = _words(value)
        if not words:
            return super().to_python(value)
        found = self._search(words)
        if len(found) == 1:
            return found[0]
        raise ValidationError(self._tell(words, found), code="invalid_choice")

    def has_changed(self, initial, data):
        if _words(data):
            try:
                data = self.to_python(data).pk
            except ValidationError:
                return True
        return super().has_changed(initial, data)

    def offer_of(self, value: Any) -> Offer:
        """What is shown where ``value`` is chosen, or looked for."""
        key, _, _ = str(value if value is not None else "").partition(SOUGHT)
        words = _words(value)
        found = self._search(words) if words else []
        offered: Any = self.queryset
        newest = [] if found else self.newest.rows if self.newest else list(offered[: OFFERED + 1])
        documents = found[:OFFERED] or newest[:OFFERED]
        if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY and not _is_among(documents, key):
            known = [one for one in newest if one.pk == int(key)]
            documents += known[:1] or list(offered.filter(pk=int(key)))
        named = [(str(one.pk), self._name(one) if found else str(one)) for one in documents]
        chosen = str(found[0].pk) if len(found) == 1 else key
        first = [("", str(self.empty_label))] if self.empty_label is not None else []
        if len(found) > 1:
            chosen = f"{key}{SOUGHT}{words}"
            first.append((chosen, f"Chọn trong {_count(found)} văn bản tìm được"))
        is_searched = bool(words) or len(newest) > OFFERED
        told = self._tell(words, found) if words else UNFIT if key and not _is_among(documents, key) else ""
        return Offer(first + named, chosen, is_searched, told, words if words and not found else "")

    def _search(self, words: str) -> list[LegalDocument]:
        if words not in self._found:
            offered: Any = self.queryset
            documents = offered.only(*NAMED_BY, "subject")
            found = list(_cited(documents, words)[: OFFERED + 1])
            self._found[words] = found or list(documents.mentioning(words)[: OFFERED + 1])
        return self._found[words]

    def _tell(self, words: str, found: list[LegalDocument]) -> str:
        if len(found) == 1:
            return f"Tìm thấy và đã chọn: {found[0]}."
        if len(found) > OFFERED:
            return f"Có hơn {OFFERED} văn bản có «{words}». Chọn trong danh sách, hoặc ghi thêm chữ để tìm hẹp lại."
        if found:
            return f"Tìm thấy {len(found)} văn bản có «{words}». Chọn một văn bản trong danh sách."
        mended = "hoặc bấm «Nhập văn bản mới»" if self.may_add else "hoặc xóa ô tìm rồi chọn trong danh sách"
        return f"Chưa có văn bản nào có «{words}». Kiểm tra lại, {mended}."

    def _name(self, document: LegalDocument) -> str:
        return f"{document}: {shorten(document.subject, 90)}"


def _is_among(documents: list[LegalDocument], key: str) -> bool:
    return key in {str(one.pk) for one in documents}


def _words(value: Any) -> str:
    return value.partition(SOUGHT)[2] if isinstance(value, str) else ""


def _count(found: list[LegalDocument]) -> str:
    return f"hơn {OFFERED}" if len(found) > OFFERED else str(len(found))


def _cited(documents, words: str):
    """Those that the words cite by number and symbol, of the day that is cited with them."""
    try:
        code, (_, day) = read_code(words), split_citation(words)
        signed = {"signed_on": read_day(day)} if day else {}
    except ValueError:
        return documents.none()
    return documents.filter(number=code.number, symbol=code.symbol, **signed)
