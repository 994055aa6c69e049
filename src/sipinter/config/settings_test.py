"""Settings of the tests: everything in a throw-away folder, cheap password hashes."""

import os
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="sipinter-test-"))
os.environ.setdefault("SIPINTER_SECRET_KEY", "tests-only")
os.environ.setdefault("SIPINTER_VAR", str(_folder))
os.environ.setdefault("SIPINTER_MFA_ROLES", " ")

from .settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
