"""What is wrong, and where."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A row of a table that is not as it was written; ``what`` is a sentence for whoever has to look into it."""

    table: str
    key: str
    what: str

    def __str__(self):
        return f"{self.table} {self.key}: {self.what}"


def row_key(history_id: int, record_id: int, number: int, act_id: int) -> str:
    """What names a row of a history, and what to look at besides."""
    return f"{history_id} (bản ghi {record_id}, nhật ký {number}, thao tác {act_id})"
