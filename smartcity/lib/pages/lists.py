"""Lists: what their addresses keep."""


def query_without(query, *names: str) -> str:
    """What the address keeps besides these, ready to be added to: «nam=2024&»."""
    kept = query.copy()
    for name in names:
        kept.pop(name, None)
    return f"{kept.urlencode()}&" if kept else ""
