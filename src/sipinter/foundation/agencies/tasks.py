"""Importing the register in the background, followed on the page of jobs."""

import tempfile
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_tasks import task

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.access.permissions import require
from sipinter.foundation.work.earlier_paths import queued_before_as
from sipinter.foundation.work.models import Job
from sipinter.foundation.work.queue import job_of, start_job
from sipinter.foundation.work.startable_jobs import StartableJob, register_startable_job

from .register import InvalidRegister
from .services import RegisterImport, import_register

MAX_BYTES = 2 * 1024 * 1024
TITLE = gettext_lazy("Import of the register of agencies")


def start_register_import(actor: Actor, file: "UploadedFile[Any] | None") -> Job:
    """Queue the import of a CSV file; Invalid when it is no text or too large, Denied for others."""
    require(actor, "agencies.keep")
    if file is None:
        raise Invalid(_("Choose the CSV file of the register first."))
    if (file.size or 0) > MAX_BYTES:
        raise Invalid(_("The file is larger than 2 MB."))
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(_("This is not a text file; save it as CSV UTF-8.")) from None
    return start_job(
        import_register_file, Path(file.name or "register.csv").name, text, title=TITLE, actor=actor
    )


@queued_before_as("sipinter.agencies.tasks.import_file")
@task(takes_context=True)
def import_register_file(context: Any, name: str, text: str) -> None:
    """Bring the register in line with the file; all of it, or nothing and a list of its faults."""
    job = job_of(context)
    job.tell(10, _("Reading the file."))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        try:
            done = import_register(path, actor=job.starter)
        except InvalidRegister as faults:
            job.keep_report([_refused(fault) for fault in faults.faults], "")
            raise Invalid(_("Nothing was imported: the file has faults.")) from None
    unchanged = ngettext(
        "%(n)s agency was as the file has it.", "%(n)s agencies were as the file has them.", done.unchanged
    )
    job.keep_report(_lines(done), unchanged % {"n": done.unchanged})


def _refused(fault: Any) -> dict[str, Any]:
    place = _("row %(row)s") % {"row": fault.row}
    return {"done": False, "what": ", ".join(filter(None, [place, fault.column])), "why": fault.message}


def _lines(done: RegisterImport) -> list[dict[str, Any]]:
    made = [{"done": True, "what": code, "why": _("new")} for code in done.created_codes]
    return made + [{"done": True, "what": code, "why": _("changed")} for code in done.updated_codes]


register_startable_job(
    StartableJob(
        "daftar-instansi",
        TITLE,
        gettext_lazy("Agencies are known by their code. One that the file does not name stays as it is."),
        start_register_import,
        gettext_lazy("CSV file of the register"),
    )
)
