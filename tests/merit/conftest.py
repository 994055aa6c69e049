"""The rule sets as they stand on the day of the examples."""

from datetime import date

import pytest

from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import (
    CompetenceRules,
    DisciplineRules,
    IdentityRules,
    PerformanceRules,
    ProfessionalismRules,
    RetirementRules,
    TalentRules,
)

ON = date(2026, 7, 1)


@pytest.fixture(scope="session")
def talent() -> TalentRules:
    return rules_for(TalentRules, ON)


@pytest.fixture(scope="session")
def professionalism() -> ProfessionalismRules:
    return rules_for(ProfessionalismRules, ON)


@pytest.fixture(scope="session")
def competence() -> CompetenceRules:
    return rules_for(CompetenceRules, ON)


@pytest.fixture(scope="session")
def performance() -> PerformanceRules:
    return rules_for(PerformanceRules, ON)


@pytest.fixture(scope="session")
def discipline() -> DisciplineRules:
    return rules_for(DisciplineRules, ON)


@pytest.fixture(scope="session")
def retirement() -> RetirementRules:
    return rules_for(RetirementRules, ON)


@pytest.fixture(scope="session")
def identity() -> IdentityRules:
    return rules_for(IdentityRules, ON)
