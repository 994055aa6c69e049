"""Settings of the tests: everything in a throw-away folder, cheap password hashes."""

import os
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="sipinter-test-"))
os.environ.setdefault("SIPINTER_SECRET_KEY", "tests-only")
os.environ.setdefault("SIPINTER_AUDIT_KEY", "tests-only-" + "a" * 50)
os.environ.setdefault("SIPINTER_VAR", str(_folder))
os.environ.setdefault("SIPINTER_MFA_ROLES", " ")
os.environ.setdefault("SIPINTER_DATABASE_POOL", "12")  # threads of one test race for rows, not connections

from .settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
PERSON_KEYS = _folder / "person-keys"
AUDIT_HEADS = _folder / "audit-heads"  # not shared by test processes
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SIGNING_SELF_MADE = True
TESSERACT = ""  # tests of OCR turn it on; the others' blank pages need none
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, so that the live server's threads and the tests see one database as in production.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}  # noqa: F405
CACHES["default"]["LOCATION"] = str(_folder / "cache")  # noqa: F405 - not shared by test processes
