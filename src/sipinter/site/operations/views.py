"""What machines ask of a node: does it live, is it ready, what has it counted."""

import os
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from .gauges import DatabaseGauges
from .health import unready_part


@never_cache
@require_safe
def liveness_probe(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; asks nothing of any other part."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readiness_probe(request: HttpRequest) -> JsonResponse:
    """200 when everything that a page needs is there; 503 with the name of the part that is not."""
    part = unready_part()
    if part is not None:
        return JsonResponse({"status": "unavailable", "part": part}, status=503)
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def prometheus_metrics(request: HttpRequest) -> HttpResponse:
    """The counts of all processes of this node, in Prometheus' text form, for the holder of the token."""
    given = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not secrets.compare_digest(given.encode(), expected.encode()):
        return HttpResponseNotFound()
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry = REGISTRY
    body = generate_latest(registry)
    gauges = CollectorRegistry()
    gauges.register(DatabaseGauges())
    return HttpResponse(body + generate_latest(gauges), content_type=CONTENT_TYPE_LATEST)
