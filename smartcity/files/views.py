"""A file, sent to whoever may see what it belongs to."""

import logging
import os

from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from programme.models import StoredFile
from smartcity.files.reading import readable_files
from smartcity.lib.pages.errors import file_gone

logger = logging.getLogger(__name__)


@require_safe
@login_required
@cache_control(private=True, no_store=True)
def stored_file(request, pk):
    """Send a file under its own name, to be saved and not shown."""
    stored = get_object_or_404(readable_files(request.user), pk=pk)
    try:
        content = open_whole(stored)
    except OSError as error:
        logger.error("Stored file %s (%s) cannot be read: %s", stored.pk, stored.content.name, error)
        return file_gone(stored.name)
    response = FileResponse(content, as_attachment=True, filename=stored.name, content_type=stored.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    # Should a browser show the file after all, nothing in it may run or ask.
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    return response


def open_whole(stored: StoredFile):
    """Open the bytes; raise ``OSError`` where they are missing or cut off."""
    content = stored.content.storage.open(stored.content.name or "")
    size = os.fstat(content.fileno()).st_size
    if size != stored.size:
        content.close()
        raise OSError(f"{size} bytes instead of {stored.size}")
    return content
