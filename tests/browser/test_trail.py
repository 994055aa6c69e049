"""The auditors' pages as axe and a phone see them."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from sipinter.foundation.access.actor import NOBODY, system_actor
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.refusals import count_refusal
from sipinter.foundation.audit.services import record
from tests.factories import PASSWORD, actor, make_agency, make_user

from .conftest import NARROW, WIDE, axe, look, picture, sign_in


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_trail_is_found_searched_and_opened(
    live_server: Any, visitor: Callable[..., Page], size: dict[str, int]
) -> None:
    agency = make_agency("Pemerintah Kabupaten Melati")
    rina = actor(make_user("Rina Lestari", ("keeper", agency)))
    user = make_user("Dewi Auditor", ("auditor", make_agency("Badan Pengawas Contoh", "lpnk")))
    for n in range(60):
        record(
            ("answer.saved", "answer.evidence_attached", "evidence.added")[n % 3],
            f"answer:{n}",
            actor=system_actor(on_behalf_of=rina) if n % 7 == 0 else rina,
            agency_id=agency.pk,
            changes={"note": ["", f"Catatan {n}"], "claimed_level": [2, 3]},
        )
    page = visitor(viewport=size)
    sign_in(page, user.email, PASSWORD)
    page.goto("/jejak-audit/?action=answer.saved")
    axe(page)
    picture(page, f"trail-{size['width']}")
    page.goto(f"/jejak-audit/{Event.objects.filter(action='answer.saved').latest('pk').pk}/")
    axe(page)
    picture(page, f"trail-event-{size['width']}")


def test_refused_attempts_are_fit_for_everybody(visitor: Any) -> None:
    agency, body = make_agency(), make_agency("Badan Pengawas Contoh", "lpnk")
    auditor = make_user("Dewi Auditor", ("auditor", body))
    stranger = make_user("Sari Utami", ("keeper", make_agency("Pemerintah Kota Kenanga", "kota")))
    for number in range(3):
        count_refusal("access.refused", f"answer:{number}", actor=actor(stranger), agency_id=agency.pk)
    count_refusal("user.sign_in_failed", "user:unknown", actor=NOBODY)
    page = visitor()
    sign_in(page, auditor.email, PASSWORD)
    pages = {"home": "/beranda/", "refusals": "/jejak-audit/penolakan/", "trail": "/jejak-audit/"}
    for name, path in pages.items():
        page.goto(path)
        look(page, f"auditor-{name}")
