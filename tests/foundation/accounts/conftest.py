"""One-time codes on a clock that stands still: a slow machine never crosses their half minute."""

from types import SimpleNamespace

import pytest

NOON = 1_800_000_000


@pytest.fixture(autouse=True)
def _clock_of_codes(monkeypatch):
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=lambda: NOON))
