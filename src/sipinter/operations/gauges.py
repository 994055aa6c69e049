"""What Prometheus asks of the database at the moment of reading; the same on every node."""

from collections.abc import Callable, Iterator

from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sipinter.assessments.models import Assessment
from sipinter.evidence.models import Blob


def assessments() -> Metric:
    """How far the nation is: assessments by state."""
    family = GaugeMetricFamily("sipinter_assessments", "Assessments by state", labels=["state"])
    for state, count in Assessment.objects.order_by().values_list("state").annotate(Count("pk")):
        family.add_metric([state], count)
    return family


def files() -> Metric:
    return GaugeMetricFamily("sipinter_files", "Files of evidence", value=Blob.objects.count())


GAUGES: tuple[Callable[[], Metric], ...] = (assessments, files)


class FromDatabase(Collector):
    """All gauges, asked when they are read."""

    def collect(self) -> Iterator[Metric]:
        for gauge in GAUGES:
            yield gauge()
