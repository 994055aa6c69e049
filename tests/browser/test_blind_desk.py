"""The desk before verification is finished, as a verifier sees it who does not hold the assessment."""

from typing import Any

import pytest

from tests.assessment.desk_round import taken_up
from tests.factories import PASSWORD, make_user

from .conftest import look, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_colleague_sees_claims_and_why_no_verdicts(visitor: Any) -> None:
    round_ = taken_up()
    round_.judge("1.1", "change", level=2, reason="RAHASIA")
    colleague = make_user("Pembaca Kedua", ("verifier", round_.desk))
    page = visitor()
    sign_in(page, colleague.email, PASSWORD)
    for name, path in (("blind-overview", ""), ("blind-indicator", "1.1/")):
        page.goto(f"/desk/{round_.assessment.pk}/{path}")
        look(page, name)
        assert "RAHASIA" not in page.content()
