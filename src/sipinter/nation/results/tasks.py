"""Loading the published history in the background, followed on the page of jobs."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import require
from sipinter.foundation.accounts.actor import actor_of_job
from sipinter.foundation.work.earlier_paths import queued_before_as
from sipinter.foundation.work.models import Job
from sipinter.foundation.work.queue import job_of, start_job
from sipinter.foundation.work.startable_jobs import StartableJob, register_startable_job

from .services.history import load_history

TITLE = gettext_lazy("Loading of the published results and figures")


def start_history_loading(actor: Actor, file: "UploadedFile[Any] | None" = None) -> Job:
    """Queue the loading of what was published about earlier years; Denied for others."""
    require(actor, "results.load")
    return start_job(load_published_history, title=TITLE, actor=actor)


@queued_before_as("sipinter.national.tasks.load_published")
@task(takes_context=True)
def load_published_history(context: Any) -> None:
    """Bring results and figures of earlier years in line with the files of this release."""
    job = job_of(context)
    job.tell(10, _("Reading the publications."))
    done = load_history(actor=actor_of_job(job))
    counts = [
        (_("Results"), _("new"), done.results.created),
        (_("Results"), _("changed"), done.results.updated),
        (_("Results"), _("as before"), done.results.unchanged),
        (_("Results"), _("left alone: decided here"), done.results.kept),
        (_("Figures"), _("new or changed"), done.figures),
    ]
    report = [{"done": True, "what": f"{what}: {how}", "why": str(number)} for what, how, number in counts]
    job.keep_report(report, _("The register holds what was published."))


register_startable_job(
    StartableJob(
        "riwayat",
        TITLE,
        gettext_lazy("Running it again changes nothing that is right already."),
        start_history_loading,
    )
)
