"""A key that seals what the tests write, gone when they end."""

import atexit
import os
import shutil
import tempfile

from smartcity.lib.seal.signing_key import make_key_file

PREFIX = "key-of-the-tests-"


def throwaway_key() -> str:
    """The path of a new key's file; workers, and programs that tests run, have that of who runs them."""
    given = os.environ.get("AUDIT_KEY_FILE", "")
    if PREFIX in given and os.path.isfile(given):
        return given
    folder = tempfile.mkdtemp(prefix=PREFIX)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make_key_file(f"{folder}/audit-key.pem")
    return f"{folder}/audit-key.pem"
