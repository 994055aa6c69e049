"""What a whole round issues is genuine on the page that judges papers."""

import pytest
from django.core.files.storage import default_storage

from sipinter.assessment.record.models import DecisionDocument
from sipinter.nation.register.views.verify import CheckOutcome, check_paper
from tests.assessment.round import Round

pytestmark = pytest.mark.django_db


def test_a_full_round_is_genuine_in_both_papers() -> None:
    Round().publish(4)
    papers = DecisionDocument.objects.all()
    assert {paper.kind for paper in papers} == {"letter", "certificate"}
    for paper in papers:
        with default_storage.open(paper.path) as stored:
            assert check_paper(stored.read()).outcome is CheckOutcome.GENUINE
