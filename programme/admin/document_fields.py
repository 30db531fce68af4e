"""How a record's admin asks for a document: as every form does, with a search and a way to enter a new one."""

from programme.document_choice import AdminDocumentSelect, DocumentChoice, documents_for
from programme.models import LegalDocument


class DocumentFields:
    """For the admin of a record, or of rows, that name documents; stands before what it is mixed into."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.remote_field.model is not LegalDocument:
            return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        field = db_field.formfield(form_class=DocumentChoice, widget=AdminDocumentSelect(), **kwargs)
        empty_label = "Không có" if db_field.blank else "Chọn văn bản"
        field.offer(documents_for(request.user), request.user, empty_label=empty_label)
        return field
