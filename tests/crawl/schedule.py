"""Whether the bars of a schedule, its table and its file say the same, bar by bar, and heads count what is below."""

import csv
import re
from collections.abc import Iterator

from tests.crawl.figures import href_of
from tests.crawl.page import Node, rows_in

DAY = r"\d\d/\d\d/\d{4}"


def bars_of(page: Node) -> list[Node]:
    return [link for link in page.all("a") if "g-row" in link.classes and "g-step" not in link.classes]


def differences(bars: list[Node], rows: list[Node], lines: list[dict], on: str) -> Iterator[str]:
    """``rows`` are those of the table on the same page, ``lines`` those of its file."""
    if not len(bars) == len(rows) == len(lines):
        yield f"{on}: {len(bars)} bars, {len(rows)} rows, {len(lines)} lines of the file"
        return
    for bar, row, line in zip(bars, rows, lines, strict=True):
        link = row.all("a")[0]
        name, told = bar.all("b")[0].parent.text, bar.all("span")[-1].text
        if href_of(bar, on) != href_of(link, on).replace("/tien-do/", "/tien-do/"):
            yield f"{on}: bar «{name}» leads to {href_of(bar, on)}, its row to {href_of(link, on)}"
        if not name.endswith(link.text) or line["Nhiệm vụ"] != link.text:
            yield f"{on}: «{name}» is «{link.text}» in the table, «{line['Nhiệm vụ']}» in the file"
        for label in ("Hạn đầu", "Hạn nay"):
            day = (re.findall(DAY, row.cell(label)) or [""])[0]
            if day not in told or line[label] != day:
                yield f"{on}: «{name}» {label} {day} in the table, {line[label]} in the file, in the bar «{told}»"
        state = row.cell("Thực tế").partition("mốc thủ tục")[0].strip()
        slip = (re.findall(r"(?:lùi|rút) [\d.]+", row.cell("Lùi")) or ["chưa lùi"])[0]
        slipped = slip.split()[1].replace(".", "") if slip != "chưa lùi" else line["Số ngày lùi"] or "0"
        if (
            state not in told
            or (slip not in told and row.cell("Lùi"))
            or line["Số ngày lùi"].lstrip("-") not in ("", slipped)
        ):
            yield f"{on}: «{name}» {state}, {slip} in the table, {line['Số ngày lùi']} in the file, in the bar «{told}»"


def read_file(content: str) -> list[dict]:
    """A file of simulated figures begins with a line that says so."""
    lines = content.removeprefix("\ufeff").splitlines()
    return list(csv.DictReader(lines[1:] if "STT" not in lines[0] else lines))


def heads(page: Node, on: str) -> Iterator[str]:
    """Groups of a page whose head counts other than what stands below."""
    for group in [one for one in page.all("section") if "g-group" in one.classes]:
        yield from _head(group.all("h3")[0].text, [bar.text for bar in bars_of(group)], on)
    table = page.named("bang-tien-do")
    if table is not None:
        below: list[str] = []
        title = ""
        for row in table.all("tr"):
            if "g-of" in row.classes:
                yield from _head(title, below, on)
                title, below = row.text, []
            elif row in rows_in(table):
                below.append(row.text)
        yield from _head(title, below, on)


def _head(title: str, below: list[str], on: str) -> Iterator[str]:
    told = re.search(r"· ([\d.]+) nhiệm vụ, ([\d.]+) hoàn thành", title)
    complete = sum("hoàn thành" in words for words in below)
    if told and (int(told[1]), int(told[2])) != (len(below), complete):
        yield f"{on}: «{title}» stands above {len(below)}, of them {complete} complete"
