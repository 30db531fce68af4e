"""Where the bytes of files are kept: on disk, each under what is in it."""

import os
from tempfile import NamedTemporaryFile

from django.core.files.storage import FileSystemStorage


class ContentStorage(FileSystemStorage):
    """Files under names made of their content: the same bytes are the same file, and nothing is overwritten by others.

    A file is whole and on disk before its name exists, so a row that names it can be trusted, whatever stops
    the machine in between. It has no address of its own: ``smartcity.files`` asks first who may read it.
    """

    def url(self, name):
        raise NotImplementedError("Files are read through the page that asks who may read them.")

    def get_available_name(self, name, max_length=None):
        # Stored again, it takes its own place: a copy that was damaged on disk is whole again.
        return name

    def _save(self, name, content):
        path = self.path(name)
        folder = os.path.dirname(path)
        os.makedirs(folder, mode=self.directory_permissions_mode or 0o750, exist_ok=True)
        content.seek(0)
        with NamedTemporaryFile(dir=folder, prefix=".", delete=False) as file:
            try:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fchmod(file.fileno(), self.file_permissions_mode or 0o640)
                os.fsync(file.fileno())
                os.replace(file.name, path)
            except BaseException:
                os.unlink(file.name)
                raise
        for entry in (folder, os.path.dirname(folder)):
            _fsync_folder(entry)
        return name


def _fsync_folder(folder: str) -> None:
    # A new name is safe only once the folder that lists it is.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
