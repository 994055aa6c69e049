"""What good practice puts into the pages under it."""

from django.template.loader import render_to_string

from sipinter.assessment.record.models import Assessment
from sipinter.assessment.record.panels import INDICATOR_PANELS, IndicatorPanel

from .queries import indicator_guide


@INDICATOR_PANELS.fill(10)
def guide_panel(assessment: Assessment, code: str) -> IndicatorPanel | None:
    """Examples of evidence beside each level, frequent reasons for a lower level under the criteria."""
    guide = indicator_guide(assessment, code)
    if not guide.examples and not guide.lowered:
        return None
    return IndicatorPanel(
        {
            level: render_to_string("practices/_examples.html", {"rows": rows, "level": level})
            for level, rows in guide.examples.items()
        },
        render_to_string("practices/_reasons.html", {"rows": guide.lowered}) if guide.lowered else "",
    )
