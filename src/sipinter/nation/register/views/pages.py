"""The front page and the instruments' criteria."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from sipinter.foundation.web.nav import url_or_none
from sipinter.foundation.web.request import Request
from sipinter.nation.results import categories
from sipinter.nation.results.decorators import public_page
from sipinter.nation.results.queries import category_counts
from sipinter.nation.statistics import queries
from sipinter.nation.statistics.category_tiles import category_tiles
from sipinter.rules.instrument import default_catalog
from sipinter.rules.model import Instrument


@public_page
def front_page(request: Request) -> HttpResponse:
    """What SIPINTER is and where to begin; signed-in people go to their own page."""
    home = url_or_none("home:home")
    if home and request.actor.is_signed_in:
        return redirect(home)
    counts = category_counts()
    context = {
        "share": queries.national_share(queries.published_figures(), counts),
        "tiles": category_tiles(counts),
        "wording": categories,
        "verify": url_or_none("national:verify"),
        "sign_in": url_or_none("account_login"),
    }
    return render(request, "national/front.html", context)


@public_page
def instruments_page(request: Request) -> HttpResponse:
    """Every instrument of the catalogue."""
    context = {"instruments": list(default_catalog().values()), "wording": categories}
    return render(request, "national/instruments.html", context)


@public_page
def instrument_page(request: Request, instrument_id: str) -> HttpResponse:
    """Criteria, weights with their status, categories and legal sources of one instrument."""
    found = default_catalog().get(instrument_id)
    if found is None:
        raise Http404
    context = {"instrument": found, "wording": categories, "choices": gate_choices(found)}
    return render(request, "national/instrument.html", context)


def gate_choices(found: Instrument) -> dict[str, str]:
    """Indicator -> for whom it applies, in the words of its gate; only those that depend on one."""
    told = {}
    for code, indicator in found.indicators.items():
        if indicator.applies:
            gate = found.gate(indicator.applies.gate)
            words = [
                categories.localized_text(c.title)
                for c in gate.choices
                if c.code in indicator.applies.choices
            ]
            told[code] = f"{categories.localized_text(gate.question)} {' / '.join(words)}"
    return told
