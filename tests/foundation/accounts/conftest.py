"""One-time codes of the half minute before count too: a slow machine crosses into the next."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _codes_hold_a_minute(settings: Any) -> None:
    settings.MFA_TOTP_TOLERANCE = 1
