"""The agency's library of evidence: the list, one document, its validity, and a newer version of it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from sipinter.assessment.record.forms.common import attempt
from sipinter.foundation.access.errors import Conflict, Denied
from sipinter.foundation.access.permissions import may, require
from sipinter.foundation.accounts.fetching import fetch
from sipinter.foundation.accounts.sign_in_required import sign_in_required
from sipinter.foundation.evidence.library.filters import Holding
from sipinter.foundation.evidence.library.services import describe as describe_evidence
from sipinter.foundation.evidence.library.versions import family
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.queries import Item, space
from sipinter.foundation.web.limits import limited
from sipinter.foundation.web.posting import posts
from sipinter.foundation.web.request import Request

from ..forms.library import DescribeForm, ReplaceForm
from ..queries import library as queries
from ..services.versions import Replaced, replace_evidence

ROWS_A_PAGE = 25
HOLDINGS = (
    (Holding.ALL, lazy("All")),
    (Holding.VALID, lazy("Valid now")),
    (Holding.SOON, lazy("Runs out within 90 days")),
    (Holding.EXPIRED, lazy("Expired")),
    (Holding.UNUSED, lazy("Not used anywhere")),
    (Holding.OLDER, lazy("Older versions")),
)


@require_GET
@sign_in_required
def shelf(request: Request) -> HttpResponse:
    """The documents of one of the person's agencies, searched and narrowed."""
    actor = request.actor
    agencies = queries.agencies_of(actor)
    if not agencies:
        raise Denied(_("Only people of an agency who see its whole assessment open its library."))
    wanted = request.GET.get("instansi", "")
    agency = next((one for one in agencies if one.slug == wanted), agencies[0])
    find, chosen = request.GET.get("q", ""), request.GET.get("masa", "")
    holding = Holding(chosen) if chosen in list(Holding) else Holding.ALL
    found = queries.shelf(agency, actor, find=find, holding=holding)
    numbered = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    kept = {"q": find, "masa": holding.value, "instansi": agency.slug if len(agencies) > 1 else ""}
    context = {
        "agency": agency,
        "agencies": agencies,
        "find": find,
        "holding": holding,
        "holdings": HOLDINGS,
        "numbered": numbered,
        "rows": queries.rows_of(numbered.object_list, agency, actor),
        "space": space(agency),
        "query": "".join(f"{urlencode({k: v})}&" for k, v in kept.items() if v),
    }
    return render(request, "selfassessment/library/list.html", context)


def _opened(request: Request, pk: int) -> Evidence:
    """The document, if it belongs to an agency whose library the person opens."""
    rows = Evidence.objects.select_related("agency", "blob", "uploaded_by", "superseded_by")
    found: Evidence = fetch(request, rows, pk=pk)
    require(request.actor, "evidence.library", found.agency_id)
    return found


@require_GET
@sign_in_required
def document(request: Request, pk: int) -> HttpResponse:
    """One document: what is known of it, where it is used, its versions."""
    return _page(request, _opened(request, pk))


def _page(
    request: Request,
    evidence: Evidence,
    *,
    form: DescribeForm | None = None,
    newer: ReplaceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    context = {
        "evidence": evidence,
        "item": Item(evidence),
        "versions": family(evidence),
        "row": queries.rows_of([evidence], evidence.agency, actor)[0],
        "form": form or DescribeForm.of(evidence),
        "newer": newer or ReplaceForm.of(evidence),
        "may_change": may(actor, "evidence.change", evidence),
        "may_replace": may(actor, "evidence.replace", evidence),
    }
    return render(request, "selfassessment/library/document.html", context, status=status)


@posts("selfassessment:library_document", "pk")
@sign_in_required
def describe(request: Request, pk: int) -> HttpResponse:
    """Save title and validity; after a conflict the form goes on with the version that stands now."""
    evidence = _opened(request, pk)
    form = DescribeForm(request.POST)
    status = attempt(form, lambda values: describe_evidence(evidence, **values, actor=request.actor))
    if status:
        if status == Conflict.status:
            _go_on_from(form, evidence)
        return _page(request, _opened(request, pk), form=form, status=status)
    messages.success(request, _("Saved."))
    return redirect("selfassessment:library_document", pk)


def _go_on_from(form: DescribeForm, evidence: Evidence) -> None:
    """What was typed stays; sent again, it knowingly replaces what the page now shows as saved."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["version"] = str(Evidence.objects.get(pk=evidence.pk).version)
    form.data = data


@posts("selfassessment:library_document", "pk")
@sign_in_required
@limited("upload")
def replace(request: Request, pk: int) -> HttpResponse:
    """Take a newer version and lead to it."""
    evidence, actor = _opened(request, pk), request.actor
    form = ReplaceForm(request.POST, request.FILES)
    done: list[Replaced] = []
    status = attempt(
        form,
        lambda values: done.append(replace_evidence(evidence, values["file"], **form.values(), actor=actor)),
    )
    if status:
        return _page(request, _opened(request, pk), newer=form, status=status)
    _say(request, done[0])
    return redirect("selfassessment:library_document", done[0].evidence.pk)


def _say(request: Request, replaced: Replaced) -> None:
    count = len(replaced.moved)
    if count:
        text = ngettext(
            "The newer version now stands at %(num)s indicator.",
            "The newer version now stands at %(num)s indicators.",
            count,
        )
        messages.success(request, text % {"num": count})
    else:
        messages.success(request, _("The newer version is in the library."))
    if replaced.left:
        messages.info(request, _("In assessments that were sent in, the older version stays as it was read."))
