"""The unit that the head of a table gives its amounts: «(triệu đồng)» in a title, «ĐVT: tr.đ» above it."""

import re

from smartcity.lib.language.text import clean_line, fold

# As ``fold`` leaves them, without blanks and points; each with how amounts are written in it.
UNITS = {
    "dong": "đồng",
    "d": "đồng",
    "vnd": "đồng",
    "vndong": "đồng",
    "dongvn": "đồng",
    "dongvietnam": "đồng",
    "nghindong": "nghìn đồng",
    "ngandong": "nghìn đồng",
    "nghind": "nghìn đồng",
    "ngand": "nghìn đồng",
    "nghin": "nghìn đồng",
    "ngan": "nghìn đồng",
    "1000dong": "nghìn đồng",
    "1000d": "nghìn đồng",
    "1000vnd": "nghìn đồng",
    "nghinvnd": "nghìn đồng",
    "nganvnd": "nghìn đồng",
    "trieudong": "triệu đồng",
    "trieud": "triệu đồng",
    "trieuvnd": "triệu đồng",
    "trieu": "triệu đồng",
    "trdong": "triệu đồng",
    "trd": "triệu đồng",
    "tr": "triệu đồng",
    "1000000dong": "triệu đồng",
    "1000000d": "triệu đồng",
    "tydong": "tỷ đồng",
    "tidong": "tỷ đồng",
    "tyd": "tỷ đồng",
    "tid": "tỷ đồng",
    "tyvnd": "tỷ đồng",
    "tivnd": "tỷ đồng",
    "ty": "tỷ đồng",
    "ti": "tỷ đồng",
    "nghintydong": "nghìn tỷ đồng",
    "nghintidong": "nghìn tỷ đồng",
    "nganty": "nghìn tỷ đồng",
    "nghinty": "nghìn tỷ đồng",
    "ngantydong": "nghìn tỷ đồng",
}
READ = "đồng, nghìn đồng, triệu đồng, tỷ đồng, nghìn tỷ đồng"
LABEL = re.compile(r"^(?:đvt|đơn vị tính|đơn vị(?: tiền)?|tính bằng)\s*[:\uff1a]?\s*", re.IGNORECASE)
IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
# Above a table a unit is only what is called one, or stands in brackets.
CALLED = re.compile(
    r"(?P<said>đvt|đơn vị tính|tính bằng|đơn vị(?: tiền)?)\s*[:\uff1a]?\s*(?P<unit>[^;,()\[\]\n]+)", re.IGNORECASE
)
# At the end of a title, without brackets.
AT_THE_END = re.compile(
    r"[\s,:–-]+((?:nghìn tỷ|nghìn tỉ|nghìn|ngàn|1[.,]000|triệu|tr\.?|tỷ|tỉ)\s*(?:đồng|đ|vnđ|vnd)\.?)$", re.IGNORECASE
)
NO_UNIT = re.compile(r"^[-\u2212]?\s*[\d.,\s]*\d$")


def unit_of(words: str) -> str:
    """How amounts are written in the unit that ``words`` name; nothing where they name none."""
    return UNITS.get(re.sub(r"[\s.,]", "", fold(LABEL.sub("", clean_line(words)))), "")


def part_title(title: str) -> tuple[str, str]:
    """The title without its unit, and what stands there as one: «Kinh phí (triệu đồng)», «Kinh phí, ĐVT: tỷ đồng»."""
    title = clean_line(title)
    bracketed = IN_BRACKETS.search(title)
    if bracketed:
        return clean_line(title[: bracketed.start()]), clean_line(bracketed[1])
    for found in (CALLED.search(title), AT_THE_END.search(title)):
        if found and found.start() and unit_of(found[0].lstrip(" ,:–-")):
            return title[: found.start()].rstrip(" ,;:–-"), found[0].lstrip(" ,:–-")
    return title.partition("(")[0].strip(), ""


def units_above(texts: list[str]) -> list[str]:
    """The units that the words above a table give to all of it, each once; one that is not read, in its own words."""
    found: list[str] = []
    for text in texts:
        found += [unit_of(said) for said in IN_BRACKETS.findall(text)]
        for called in CALLED.finditer(text):
            # «Đơn vị: Sở Xây dựng» is no unit of money.
            is_told = called["said"].casefold() not in {"đơn vị", "đơn vị tiền"}
            found.append(unit_of(called["unit"]) or (clean_line(called["unit"]) if is_told else ""))
    return list(dict.fromkeys(unit for unit in found if unit))


def has_no_unit(text: str) -> bool:
    return bool(NO_UNIT.match(clean_line(text)))
