"""The admin of revisions with their tasks, of progress and of money."""

from tasks.admin import cycles, datasets, explanations, ledger, programmes, progress, revisions, tasks, urging

__all__ = ["cycles", "datasets", "explanations", "ledger", "programmes", "progress", "revisions", "tasks", "urging"]
