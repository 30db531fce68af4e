"""The number and symbol of a document (số, ký hiệu), read and written as Nghị định 30/2020/NĐ-CP does."""

import re
from dataclasses import dataclass

from smartcity.lib.language.text import DASHES, clean_line

# The parts are bounded: a pasted page of digits must not keep the parser busy.
PATTERN = re.compile(
    r"^(?P<number>\d{0,6})\s*(?P<separator>[/-])\s*(?P<symbol>[0-9A-ZĐƯƠÔÊÂĂ&/ .-]{1,60})$", re.IGNORECASE
)
# What is left of a day or of a slip: a separator at the end, a word «ngày», figures of a date.
NO_SYMBOL = re.compile(r"[/-]\s*$|\bng[àa]y\b|\s[0-9]|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}\s*$", re.IGNORECASE)
# Abbreviations that are not all capitals: Phụ lục III of the decree, and the Prime Minister.
MIXED_CASE = {"TTR": "TTr", "CTR": "CTr", "QYĐ": "QyĐ", "TRS": "TrS", "TTG": "TTg", "TCTTTG": "TCTTTg"}
EXAMPLES = "112/NQ-HĐND, 20/2019/NQ-HĐND, 02-NQ/TU, 2333/BTTTT-CĐSQG"


@dataclass(frozen=True)
class DocumentCode:
    """«112/NQ-HĐND»: number 112, symbol «NQ-HĐND». A draft has a symbol and no number yet."""

    number: int | None
    symbol: str

    @property
    def is_normative(self) -> bool:
        """A normative document carries its year in the symbol («20/2019/NQ-HĐND») and is numbered apart."""
        return bool(re.match(r"\d{4}/", self.symbol))

    @property
    def is_party(self) -> bool:
        """The Party writes «02-NQ/TU», the state «112/NQ-HĐND»: hyphen and slash change places."""
        return "/" in self.symbol and not self.is_normative

    def __str__(self) -> str:
        number = "" if self.number is None else f"{self.number:02d}"
        if not self.symbol:
            return number
        return f"{number}{'-' if self.is_party else '/'}{self.symbol}"


# «Quyết định số», «QĐ», «NQ số:»: what stands before a code where a document is cited, and says what kind it is.
KIND_BEFORE = re.compile(
    r"^(?:(?:luật|nghị quyết|nghị định|quyết định|chỉ thị|kế hoạch|thông báo|báo cáo|tờ trình|thông tư|công văn|văn bản"
    r"|NQ|NĐ|QĐ|CT|KH|TB|BC|TTr|TT|CV|VB)\b\.?\s*)?(?:(?:số|so)\s*:?\s*)?(?=[0-9/])",
    re.IGNORECASE,
)
# «… ngày 29/12/2018», «…, ngày 29 tháng 12 năm 2018», «…, 29/12/2018», «… (29/12/2018)».
DAY_BEHIND = re.compile(
    r"(?:\s-\s|[\s,(]{1,3})(?:ng[àa]y\s+(?P<said>.{1,40})|(?P<day>[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}))\)?$",
    re.IGNORECASE,
)


def split_citation(text: str) -> tuple[str, str]:
    """The code and the day of a document as it is cited, each as written; the day may be empty.

    «Quyết định số 6439/QĐ-UBND ngày 29/12/2018» is («6439/QĐ-UBND», «29/12/2018»).
    """
    line = DASHES.sub("-", clean_line(text)[:200])
    day = DAY_BEHIND.search(line)
    code = line[: day.start()] if day else line
    return KIND_BEFORE.sub("", code), (day["said"] or day["day"]).rstrip(")") if day else ""


def read_code(text: str) -> DocumentCode:
    """Read a typed, scanned or cited code; blanks, letter case, kinds of hyphen and the look-alike Ð are forgiven.

    The day of a citation is left to ``split_citation``. Raises ``ValueError``, with a Vietnamese sentence, when the
    text is not a document's code.
    """
    line, _ = split_citation(text)
    line = re.sub(r"\s*([/&-])\s*", r"\1", line[:100])
    match = PATTERN.match(line)
    if not match:
        raise ValueError(f"Số, ký hiệu «{clean_line(text)[:40]}» chưa đọc được. Viết như: {EXAMPLES}.")
    if NO_SYMBOL.search(match["symbol"]):
        raise ValueError(f"Số, ký hiệu «{clean_line(text)[:40]}» chưa đọc được. Viết như: {EXAMPLES}.")
    symbol = re.sub(r"[^/-]+", lambda part: MIXED_CASE.get(part[0], part[0]), match["symbol"].strip().upper())
    return DocumentCode(number=int(match["number"]) if match["number"] else None, symbol=symbol)
