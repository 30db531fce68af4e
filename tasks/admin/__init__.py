"""The admin of revisions with their tasks, of progress and of money."""

from tasks.admin import ledger, progress, revisions, steps, tasks

__all__ = ["ledger", "progress", "revisions", "steps", "tasks"]
