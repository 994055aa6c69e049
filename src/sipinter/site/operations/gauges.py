"""What Prometheus asks of the database at the moment of reading; the same on every node."""

from collections.abc import Callable, Iterator
from dataclasses import asdict

from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sipinter.assessment.record.models import Assessment
from sipinter.foundation.evidence.judging.queries import judging_queue
from sipinter.foundation.evidence.models import Blob
from sipinter.foundation.work.models import Worker
from sipinter.foundation.work.queries import oldest_wait_seconds, queue_length


def assessments_gauge() -> Metric:
    """How far the nation is: assessments by state."""
    family = GaugeMetricFamily("sipinter_assessments", "Assessments by state", labels=["state"])
    for state, count in Assessment.objects.order_by().values_list("state").annotate(Count("pk")):
        family.add_metric([state], count)
    return family


def files_gauge() -> Metric:
    return GaugeMetricFamily("sipinter_files", "Files of evidence", value=Blob.objects.count())


def unscanned_files_gauge() -> Metric:
    """Files that nobody but their agency's writers may open yet; grows when the scanner is away."""
    waiting = Blob.objects.filter(scan=Blob.Scan.PENDING).count()
    return GaugeMetricFamily("sipinter_files_awaiting_scan", "Files awaiting the virus scan", value=waiting)


def unjudged_files_gauge() -> Metric:
    """Files that no worker has opened yet."""
    name, text = "sipinter_files_awaiting_judgement", "Files awaiting the reader"
    return GaugeMetricFamily(name, text, value=judging_queue().waiting)


def oldest_unjudged_file_gauge() -> Metric:
    """How long the one that came first has waited."""
    name, text = "sipinter_oldest_unjudged_file_seconds", "Age of the oldest file awaiting the reader"
    return GaugeMetricFamily(name, text, value=judging_queue().oldest_seconds)


def tasks_gauge() -> Metric:
    """The queue by state; those that have failed for good wait for the national administrator."""
    family = GaugeMetricFamily("sipinter_tasks", "Background tasks by state", labels=["state"])
    for state, count in asdict(queue_length()).items():
        family.add_metric([state], count)
    return family


def oldest_task_gauge() -> Metric:
    """How far the workers are behind."""
    name, text = "sipinter_oldest_task_seconds", "Age of the oldest task that no worker has taken"
    return GaugeMetricFamily(name, text, value=oldest_wait_seconds())


def workers_gauge() -> Metric:
    alive = Worker.objects.alive().count()
    return GaugeMetricFamily("sipinter_workers", "Workers of all nodes that are alive", value=alive)


GAUGES: tuple[Callable[[], Metric], ...] = (
    assessments_gauge,
    files_gauge,
    unscanned_files_gauge,
    unjudged_files_gauge,
    oldest_unjudged_file_gauge,
    tasks_gauge,
    oldest_task_gauge,
    workers_gauge,
)


class DatabaseGauges(Collector):
    """All gauges, asked when they are read."""

    def collect(self) -> Iterator[Metric]:
        for gauge in GAUGES:
            yield gauge()
