"""The admin of revisions with their tasks, of progress and of money."""

from tasks.admin import ledger, progress, revisions, tasks

__all__ = ["ledger", "progress", "revisions", "tasks"]
