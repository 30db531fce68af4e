"""Where something was done, as one reads it: an address has the keys of models, of pages and of choices."""

import re
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse

from meetings.models import AssignmentRole, AssignmentState, MeetingState
from meetings.models.due import DueKind
from programme.models import DocumentKind
from smartcity.audit.changes.pages_in_words import page_in_words
from smartcity.lib.language.money import MoneyKind, MoneySource
from tasks.models import DatasetList
from tasks.timeliness import TIMELINESS_LABELS

# What lists are narrowed by, under the names that the address has.
ASKED = {
    "q": "tìm",
    "tim": "tìm",
    "nguoi": "người",
    "co-quan": "cơ quan",
    "cua": "của cơ quan",
    "de-an": "đề án",
    "nhiem-vu": "nhiệm vụ",
    "loai": "loại",
    "truong": "mục thay đổi",
    "viec": "việc",
    "ket-qua": "kết quả",
    "mang": "địa chỉ mạng",
    "tu": "từ ngày",
    "den": "đến hết ngày",
    "danh-muc": "danh mục",
    "nguon": "nguồn vốn",
    "nam": "năm",
    "tinh-trang": "tình trạng",
    "vai-tro": "vai trò",
    "cuoc-hop": "cuộc họp",
    "chu-tri": "chủ trì",
    "loai-han": "loại hạn",
    "tra-loi": "trả lời",
    "gia-han": "gia hạn",
    "ngay": "ngày",
    "so-voi": "so với ngày",
    "biet-den": "biết đến",
    "ban-ghi": "bản ghi",
    "loc": "lọc",
    "xep": "xếp theo",
}
CHOICES = {
    "loai": (DocumentKind, MoneyKind),
    "nguon": (MoneySource,),
    "danh-muc": (DatasetList,),
    "tinh-trang": (MeetingState,),
    "vai-tro": (AssignmentRole,),
    "tra-loi": (AssignmentState,),
    "loai-han": (DueKind,),
}
DAYS = {"ngay", "so-voi", "tu", "den"}
# As the board of what meetings gave offers them, beside the cells of timeliness.
STANDING = {
    "done": "Đã hoàn thành",
    "open_no_due_date": "Chưa hoàn thành, không có hạn",
    "done_no_due_date": "Hoàn thành, không có hạn",
}
DEEDS = {"tao": "Tạo", "sua": "Sửa", "xoa": "Xóa"}
OF_THE_LOG = {"viec": "kind", "ket-qua": "outcome"}
# Under these stands the key of a record.
KEYED = {"co-quan", "cua", "nhiem-vu", "cuoc-hop", "nguoi"}
ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
RECORD = re.compile(r"([a-z]+)\.([a-z]+)(?:\.([a-z_]+)|-([0-9]+))?")
LIST = re.compile(r"/([a-z-]+)(?:/|(?:/danh-sach)?\.(csv|xlsx))")


def place_in_words(place: str) -> str:
    """«Báo cáo tiến độ» mã 12; any page but the admin's as it is, but what it was asked for in words."""
    root, (path, _, query) = reverse("admin:index"), place.partition("?")
    if not path.startswith(root):
        asked = [_asked(*one.partition("=")[::2]) for one in query.replace("+", " ").split("&") if one]
        return ", ".join([_list_in_words(path), *asked]) if asked and path.startswith("/") else place
    title = page_in_words(path)
    named = path.removeprefix(root).split("/")[2:3]
    return f"{title} mã {named[0]}" if title and named and named[0].isdecimal() else title or place


def _list_in_words(path: str) -> str:
    """«Văn bản» (tệp .csv)."""
    found = LIST.fullmatch(path)
    title = page_in_words(f"/{found[1]}/") if found else ""
    return f"{title} (tệp .{found[2]})" if title and found and found[2] else title or path


def _asked(name: str, value: str) -> str:
    """«việc: Tải tệp»; what no page is known to ask, as it is."""
    if name not in ASKED:
        return f"{name}={value}" if value else name
    return f"{ASKED[name]}: {_chosen(name, value)}"


def _chosen(name: str, value: str) -> str:
    offered = {key: str(label) for choices in CHOICES.get(name, ()) for key, label in choices.choices}
    if name in OF_THE_LOG:
        asked: Any = apps.get_model("smartcity.AccessEntry")._meta.get_field(OF_THE_LOG[name])
        offered |= dict(asked.flatchoices) | DEEDS
    if name == "tinh-trang":
        offered |= STANDING | {cell.value: label for cell, label in TIMELINESS_LABELS.items()}
    if value in offered:
        return offered[value]
    if name in KEYED and value.isdecimal():
        return f"mã {value}"
    if name in DAYS and (day := ISO_DAY.fullmatch(value)):
        return f"{day[3]}/{day[2]}/{day[1]}"
    return _record_in_words(value) if name in {"loai", "truong", "ban-ghi"} else value


def _record_in_words(value: str) -> str:
    """Of «tasks.progressupdate-12» and «tasks.task.code» what they are called."""
    found = RECORD.fullmatch(value)
    try:
        meta = apps.get_model(found[1], found[2])._meta if found else None
        field = meta.get_field(found[3]).verbose_name if meta and found and found[3] else ""
    except (LookupError, FieldDoesNotExist, AttributeError):
        return value
    if meta is None or found is None:
        return value
    key = f" mã {found[4]}" if found[4] else ""
    return f"{field} ({meta.verbose_name})" if field else f"{meta.verbose_name}{key}"
