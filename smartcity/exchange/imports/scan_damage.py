"""Text that looks like damage of a scan: letters lost, years torn apart, a word read twice.

Only a doubt: the text is kept as it is, and whoever brings it in is shown where to look.
"""

import re
from itertools import pairwise

from smartcity.lib.language.text import clean_line

TORN_YEAR = re.compile(r"(?<!\d)(?:19|20) \d\d(?!\d)")
# Small letters without any vowel; abbreviations are written in capitals.
NO_VOWEL = re.compile(r"(?<![\w/.-])[bcdđghklmnpqrstvx]{1,7}(?![\w/.-])")
MEASURES = {"m", "km", "kg", "g", "mm", "cm", "kv", "kw", "mbps", "tr", "v", "h"}
WORD = re.compile(r"[^\W\d_]+")
# Words that stand alone: none of them ends one compound and begins the next, as in «giao thông thông minh».
ALONE = {"và", "của", "các", "những", "rằng", "đã", "sẽ", "đang", "nhưng", "hoặc", "nếu", "cũng"}
# Words that the language itself says twice.
DOUBLED = set(
    WORD.findall(
        "ngày người nhà nơi luôn xa dần ngành cấp ai gì lần từng đời năm tháng đêm sáng chiều thường hằng hàng mãi đều "
        "nhanh chậm dài ngắn cao thấp xanh đỏ trắng vàng đen tím hồng nâu xám sớm muộn ngang song tròn vuông nhẹ khẽ "
        "êm vui buồn hay tốt đẹp nhỏ to lớn con chuyên lâu gần đông vắng đầy ầm ào rì khăng đau đáu chăm lăm kìn nườm "
        "ùn rần riêng chung khác trùng lớp tầng vùng miền làng xóm bản phố đường hộ tổ đội nhóm bước việc điều câu chữ "
        "trang thi xấp vừa cứ lại nữa đâu sao thế khắp rải lặng thầm rành oang oai ngời rạng dày mỏng đậm nhạt mềm "
        "cứng nóng lạnh mát ấm từ"
    )
)


def scan_doubts(text: str) -> list[str]:
    """The pieces of ``text`` that a scan may have damaged, as they stand there."""
    found = [match[0] for match in TORN_YEAR.finditer(text)]
    found += [match[0] for match in NO_VOWEL.finditer(text) if match[0] not in MEASURES]
    words = list(WORD.finditer(text))
    for place, (one, other) in enumerate(pairwise(words)):
        is_again = clean_line(one[0]).casefold() == clean_line(other[0]).casefold()
        if is_again and text[one.end() : other.start()] == " " and _is_no_speech(text, words, place):
            found.append(f"{one[0]} {other[0]}")
    return found


def _is_no_speech(text: str, words: list[re.Match[str]], place: int) -> bool:
    """Whether nobody says the word at ``place`` twice.

    Between two others it may end one compound and begin the next: «hệ thống thống kê», «quản lý lý lịch».
    """
    word = clean_line(words[place][0]).casefold()
    if word in ALONE:
        return True
    before, after = words[place - 1] if place else None, words[place + 2] if place + 2 < len(words) else None
    joins = before is not None and text[before.end() : words[place].start()] == " "
    goes_on = after is not None and text[words[place + 1].end() : after.start()] == " "
    return word not in DOUBLED and not (joins and goes_on)
