"""What in the evidence matches a criterion, for whoever reads at the desk."""

from collections.abc import Sequence
from dataclasses import dataclass

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.texts.queries import FoundPassages, find_passages
from sipinter.rules.model import Indicator

WORDS_MAX = 200


@dataclass(frozen=True)
class CriterionPassages:
    """Passages for the criterion `level`, or for words of one's own (`typed`)."""

    level: int
    levels: list[int]
    typed: str
    found: FoundPassages


def criterion_passages(
    indicator: Indicator, evidence: Sequence[Evidence], actor: Actor, *, level: int | None, typed: str = ""
) -> CriterionPassages | None:
    """What matches in `evidence` (two queries); None for an indicator without criteria.

    The words are those of the criterion and of the indicator's title, in Indonesian like the documents.
    `level` None or unknown: the lowest criterion.
    """
    criteria = {item.level: item.criterion for item in indicator.levels if item.level > 0}
    if not criteria:
        return None
    chosen = level if level in criteria else min(criteria)
    typed = typed.strip()[:WORDS_MAX]
    wanted = typed or f"{criteria[chosen].in_('id')} {indicator.title.in_('id')}"
    return CriterionPassages(chosen, list(criteria), typed, find_passages(evidence, wanted, actor))
