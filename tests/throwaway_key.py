"""A key that seals what the tests write, gone when they end."""

import atexit
import shutil
import tempfile

from smartcity.lib.seal.signing_key import make_key_file


def throwaway_key() -> str:
    """The path of a new key's file."""
    folder = tempfile.mkdtemp(prefix="key-of-the-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make_key_file(f"{folder}/audit-key.pem")
    return f"{folder}/audit-key.pem"
