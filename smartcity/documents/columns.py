"""The columns of the list of documents."""

from programme.models import DocumentKind
from smartcity.lib.pages.columns import Column, Kind

ITS_PAGE_TELLS = "the page of the document tells it"

DOCUMENT_COLUMNS = [
    Column("Số, ký hiệu", lambda document: str(document.code), width=20, under="Văn bản"),
    Column("Loại", lambda document: DocumentKind(document.kind).label, width=18, under="Văn bản"),
    Column("Ngày ban hành", lambda document: document.signed_on, Kind.DAY, under="Văn bản"),
    Column("Ngày có hiệu lực", lambda document: document.effective_on, Kind.DAY, file_only=ITS_PAGE_TELLS),
    Column("Trích yếu", lambda document: document.subject, width=60),
    Column("Cơ quan ban hành", lambda document: str(document.issuer or document.publisher), width=36),
    Column("Người ký", lambda document: document.signer, width=24, file_only=ITS_PAGE_TELLS),
]
