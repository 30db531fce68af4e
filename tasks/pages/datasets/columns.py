"""The columns of the register of databases."""

from smartcity.lib.pages.columns import Column, Kind
from tasks.pages.datasets.register import DatasetOnDay


def _seen(row: DatasetOnDay, words: str) -> str:
    """What was seen of a database: of one that nobody spoke of, that it is not known."""
    return "chưa có thông tin" if row.is_unknown else words


def _sharing(row: DatasetOnDay) -> str:
    return _seen(row, row.latest.get_sharing_display() if row.latest else "")


DATASET_COLUMNS = [
    Column("Cơ sở dữ liệu", lambda row: row.dataset.name, width=48),
    Column("Cơ quan", lambda row: row.dataset.agency.label, width=36),
    Column("Cơ quan hiện nay", lambda row: row.beside, width=36, under="Cơ quan"),
    Column("Danh mục", lambda row: row.dataset.get_listed_as_display(), width=18),
    Column("Chu kỳ cập nhật", lambda row: row.dataset.get_cadence_display(), width=18),
    Column(
        "Xây dựng",
        lambda row: _seen(row, "Đã xây dựng" if row.is_built else "Chưa xây dựng"),
        width=18,
        under="Tình trạng",
    ),
    Column("Cập nhật gần nhất", lambda row: row.latest and row.latest.last_updated_on, Kind.DAY, under="Tình trạng"),
    Column("Hạn cập nhật kế tiếp", lambda row: row.due_on, Kind.DAY, under="Tình trạng"),
    Column("Chậm cập nhật", lambda row: row.is_outdated, under="Tình trạng"),
    Column("Chia sẻ về IOC", _sharing, width=18, under="Tình trạng"),
    Column("Ghi nhận", lambda row: row.latest and row.latest.as_of, Kind.DAY),
]
