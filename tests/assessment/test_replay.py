"""A round put in place is the round that the services played."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from sipinter.assessment.decisions.services.objections import object_to_decision
from sipinter.assessment.selfassessment.services import submission
from sipinter.assessment.selfassessment.services.submission import start_assessment
from sipinter.foundation.evidence.models import Blob
from sipinter.foundation.evidence.storage import store
from tests.concurrency.racing import chains_hold
from tests.factories import make_agency

from . import replay
from .round import Round

pytestmark = pytest.mark.django_db


@contextmanager
def from_the_start(patches: pytest.MonkeyPatch) -> Iterator[None]:
    """As a test of its own: on empty tables, which are empty again afterwards."""
    replay.begin(patches)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything() -> dict[str, Any]:
    return {name: replay._read(name) for name in replay.WATCH.tables[0]}


def test_every_row_and_file_is_as_the_services_wrote_it(monkeypatch: pytest.MonkeyPatch) -> None:
    replay.WATCH.steps.clear()
    found = []
    for _time in range(2):
        with from_the_start(monkeypatch):
            round_ = Round().publish(3)
            found.append((everything(), round_.fresh().state, round_.decision.pk))
            assert all(store.size_of(blob.path) == blob.size for blob in Blob.objects.all())
            object_to_decision(round_.assessment, reason="Bukti 1.1.", actor=round_.who("ppk"))
            chains_hold()
    assert found[0] == found[1]
    assert len(found[0][0]["assessments_answer"]) == 37
    assert len(replay.WATCH.steps) == 2  # made, published


def test_on_other_rows_the_services_play(monkeypatch: pytest.MonkeyPatch) -> None:
    with from_the_start(monkeypatch):
        make_agency("Pemerintah Kota Kenanga", "kota")
        assert Round().start().assessment.pk
        assert replay.WATCH.here is None


def test_under_another_setting_and_patched_the_services_play(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    with from_the_start(monkeypatch):
        settings.EVIDENCE_MAX_BYTES = 1
        assert not replay.WATCH.is_known
    del settings.EVIDENCE_MAX_BYTES
    with from_the_start(monkeypatch):
        monkeypatch.setattr(submission, "start_assessment", start_assessment)
        assert not replay.WATCH.is_known
