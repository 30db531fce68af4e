"""The parts of an .xlsx file around its cells: which there are, how cells look, how a sheet begins and ends."""

from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FORMATS = "http://schemas.openxmlformats.org"
MAIN = f'xmlns="{FORMATS}/spreadsheetml/2006/main"'
RELATIONS = f'{XML}<Relationships xmlns="{FORMATS}/package/2006/relationships">'
RELATED = f"{FORMATS}/officeDocument/2006/relationships"
OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

TYPES_PART, ROOT_PART, PROPERTIES_PART = "[Content_Types].xml", "_rels/.rels", "docProps/core.xml"
BOOK_PART, STYLES_PART, BOOK_RELATIONS_PART = "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"
SHEET_PARTS = ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"]


class Style(IntEnum):
    """How a cell looks, by its place among those of ``STYLES``."""

    PLAIN, TEXT, NUMBER, MONEY, DAY, TIME, HEAD, FACT_NAME, FACT = range(9)


def _style(*, format_key: int = 0, font: int = 0, fill: int = 0, border: int = 0, alignment: str = "") -> str:
    # What is not said to apply is left out by some programs.
    return (
        f'<xf numFmtId="{format_key}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0"'
        ' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
        f"<alignment {alignment}/></xf>"
    )


TOP, WRAPPED = 'vertical="top"', 'wrapText="1"'
STYLES = {
    Style.PLAIN: '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    Style.TEXT: _style(alignment=f"{TOP} {WRAPPED}"),
    Style.NUMBER: _style(format_key=1, alignment=TOP),
    # «#,##0»: Excel shows the groups as the machine's language writes them, 160.000.000 under Vietnamese.
    Style.MONEY: _style(format_key=3, alignment=TOP),
    Style.DAY: _style(format_key=164, alignment=f'horizontal="left" {TOP}'),
    Style.TIME: _style(format_key=165, alignment=f'horizontal="left" {TOP}'),
    Style.HEAD: _style(font=1, fill=2, border=1, alignment=f"{TOP} {WRAPPED}"),
    Style.FACT_NAME: _style(font=1, alignment=TOP),
    Style.FACT: _style(alignment=WRAPPED),
}
FONT = '<sz val="11"/><color rgb="FF000000"/><name val="Calibri"/><family val="2"/>'
NO_BORDER = "<left/><right/><top/>{}<diagonal/>"
STYLE_SHEET = (
    f"{XML}<styleSheet {MAIN}>"
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="hh:mm dd/mm/yyyy"/></numFmts>'
    f'<fonts count="2"><font>{FONT}</font><font><b/>{FONT}</font></fonts>'
    # The first two are Excel's own.
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFDFEAFB"/><bgColor indexed="64"/></patternFill></fill>'
    "</fills>"
    f'<borders count="2"><border>{NO_BORDER.format("<bottom/>")}</border>'
    f"<border>{NO_BORDER.format('''<bottom style="thin"><color auto="1"/></bottom>''')}</border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="{len(STYLES)}">{"".join(STYLES[style] for style in Style)}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)

CONTENT_TYPES = (
    f'{XML}<Types xmlns="{FORMATS}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/{PROPERTIES_PART}"'
    ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    f'<Override PartName="/{BOOK_PART}" ContentType="{OFFICE}.sheet.main+xml"/>'
    f'<Override PartName="/{STYLES_PART}" ContentType="{OFFICE}.styles+xml"/>'
    + "".join(f'<Override PartName="/{part}" ContentType="{OFFICE}.worksheet+xml"/>' for part in SHEET_PARTS)
    + "</Types>"
)
ROOT_RELATIONS = (
    f'{RELATIONS}<Relationship Id="rId1" Type="{RELATED}/officeDocument" Target="{BOOK_PART}"/>'
    f'<Relationship Id="rId2" Type="{FORMATS}/package/2006/relationships/metadata/core-properties"'
    f' Target="{PROPERTIES_PART}"/></Relationships>'
)
BOOK_RELATIONS = (
    f'{RELATIONS}<Relationship Id="rId1" Type="{RELATED}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{RELATED}/worksheet" Target="worksheets/sheet2.xml"/>'
    f'<Relationship Id="rId3" Type="{RELATED}/styles" Target="styles.xml"/></Relationships>'
)
BOOK = (
    f'{XML}<workbook {MAIN} xmlns:r="{RELATED}"><sheets>'
    '<sheet name="Danh sách" sheetId="1" r:id="rId1"/><sheet name="Thông tin" sheetId="2" r:id="rId2"/>'
    "</sheets></workbook>"
)
# What is the same in each file.
FIXED_PARTS = {
    TYPES_PART: CONTENT_TYPES,
    ROOT_PART: ROOT_RELATIONS,
    BOOK_RELATIONS_PART: BOOK_RELATIONS,
    BOOK_PART: BOOK,
    STYLES_PART: STYLE_SHEET,
}


def properties(*, title: str, by: str, at: datetime) -> str:
    """What programs show of the file beside its name; texts as XML writes them, ``at`` in UTC."""
    moment = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{FORMATS}/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:creator>{by}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created></cp:coreProperties>'
    )


def sheet_start(widths: Iterable[int], *, is_list: bool = False) -> str:
    """A sheet up to its first row. The header of a list stays where it is while one moves down."""
    view = ""
    if is_list:
        view = (
            '<sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
            ' activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews>'
        )
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{_width(characters)}" customWidth="1"/>'
        for place, characters in enumerate(widths, start=1)
    )
    return f'{XML}<worksheet {MAIN}>{view}<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>'


def _width(characters: int) -> float:
    """With the five dots that Excel leaves free beside characters of seven."""
    return (characters * 7 + 5) * 256 // 7 / 256


def sheet_end(filtered: str = "") -> str:
    offered = f'<autoFilter ref="{filtered}"/>' if filtered else ""
    return f"</sheetData>{offered}</worksheet>"
