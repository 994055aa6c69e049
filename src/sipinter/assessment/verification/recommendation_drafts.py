"""Drafts of recommendations: what the next level of each indicator still asks for."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Assessment
from sipinter.assessment.record.recommendations.services import RecommendationDraft
from sipinter.assessment.record.scores import Layer, applicable_codes, levels_in_layer
from sipinter.rules.model import Indicator, Instrument


def next_step_draft(
    instrument: Instrument, indicator: Indicator, level: int | None
) -> RecommendationDraft | None:
    """The draft towards the next level, from that level's criterion; None at the top."""
    target = (level or 0) + 1
    if target > instrument.max_level:
        return None
    criterion = next(item.criterion for item in indicator.levels if item.level == target)
    with override("id"):  # recommendations are official texts, written in Indonesian
        body = _("To reach level %(level)s on “%(title)s”: %(criterion)s") % {
            "level": target,
            "title": indicator.title,
            "criterion": criterion,
        }
    return RecommendationDraft(indicator.code, level, target, body)


def recommendation_drafts(assessment: Assessment, layer: Layer = Layer.VERIFIED) -> list[RecommendationDraft]:
    """One draft for each applicable indicator whose level in `layer` is below the top."""
    instrument = instrument_of(assessment.cycle)
    applicable = applicable_codes(assessment)
    levels = levels_in_layer(assessment, layer)
    found = (
        next_step_draft(instrument, i, levels.get(i.code))
        for i in instrument.indicators.values()
        if i.code in applicable
    )
    return [item for item in found if item is not None]
