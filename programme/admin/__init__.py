"""The admin of provinces, agencies, people, documents and programmes."""

from programme.admin import documents, people, programmes

__all__ = ["documents", "people", "programmes"]
