"""The backend that ``tests.settings`` names in the place of Django's own."""

import os
import sqlite3
from hashlib import sha256
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.backends.sqlite3 import base, creation


def kept_path() -> Path:
    """Where the database of these migrations is kept: other migrations, models or libraries have another."""
    digest = sha256((settings.BASE_DIR / "uv.lock").read_bytes())
    for config in sorted(apps.get_app_configs(), key=lambda config: config.name):
        if Path(config.path).is_relative_to(settings.BASE_DIR / ".venv"):
            continue
        for pattern in ("migrations/*.py", "**/models.py", "models/*.py", "apps.py"):
            for path in sorted(Path(config.path).glob(pattern)):
                digest.update(str(path).encode() + path.read_bytes())
    return settings.BASE_DIR / "var" / "tests" / f"{digest.hexdigest()[:20]}.sqlite3"


class DatabaseCreation(creation.DatabaseCreation):
    def create_test_db(self, *args, **kwargs):
        name = super().create_test_db(*args, **kwargs)
        path = kept_path()
        if not path.exists():
            self._keep(path)
        return name

    def _create_test_db(self, *args, **kwargs):
        name = super()._create_test_db(*args, **kwargs)
        path = kept_path()
        if path.exists():
            self.connection.close()
            self.connection.settings_dict["NAME"] = name
            self.connection.ensure_connection()
            with sqlite3.connect(path) as kept:
                kept.backup(self.connection.connection)
            kept.close()
        return name

    def _keep(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        for older in path.parent.glob("*.sqlite3"):
            older.unlink(missing_ok=True)
        # Whole before it has its name: other workers look for that.
        begun = path.with_suffix(f".{os.getpid()}")
        with sqlite3.connect(begun) as kept:
            self.connection.connection.backup(kept)
        kept.close()
        os.replace(begun, path)


class DatabaseWrapper(base.DatabaseWrapper):
    creation_class = DatabaseCreation
