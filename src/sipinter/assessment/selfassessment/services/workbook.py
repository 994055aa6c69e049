"""The offline workbook: handed out, taken back for comparing, its chosen entries taken over."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Answer, Assessment, GateAnswer, WorkbookUpload
from sipinter.assessment.record.workflow import lock_assessment
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Conflict, Denied, Refused
from sipinter.foundation.access.permissions import require
from sipinter.foundation.audit.services import record
from sipinter.foundation.evidence.reading_turns import person_turn

from ..workbook import reader
from ..workbook.builder import make_workbook
from ..workbook.comparison import join_notes, ticks_for_level
from .answers import NOTE_MAX, require_in_time, save_answer, save_gate

WORKBOOK, SYSTEM, BOTH, OWN = "workbook", "system", "both", "own"


@dataclass(frozen=True)
class WorkbookChoice:
    """What a person chose for one indicator or gate.

    `version` is the row's that the page showed; `fields` says for "level", "note" or "choice" whose value
    holds: workbook, system, both (notes one under the other) or own (`note`).
    """

    version: int
    fields: Mapping[str, str]
    note: str = ""


@dataclass
class AppliedWorkbook:
    """What became of the choices: codes saved, left as the system has them, changed meanwhile, refused."""

    saved: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def _require_open(assessment: Assessment, actor: Actor) -> None:
    require(actor, "assessment.workbook", assessment)
    require_in_time(assessment)


@transaction.atomic
def export_workbook(assessment: Assessment, *, actor: Actor) -> bytes:
    """The XLSX file with what this person may answer, in the language that is switched on.

    Denied for whoever fills in nothing; NotNow when answers are closed.
    """
    assessment = lock_assessment(assessment)
    _require_open(assessment, actor)
    body, codes = make_workbook(assessment, actor)
    record(
        "workbook.downloaded",
        assessment,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={"indicators": [None, len(codes)]},
    )
    return body


def compare_workbook(assessment: Assessment, body: bytes, *, name: str, actor: Actor) -> WorkbookUpload:
    """Read a workbook that came back and keep what it says for a day; no answer is changed.

    `workbook.checks.InvalidWorkbook` with every fault and its place; Denied and NotNow as for saving. An
    earlier one that the person still had open is replaced.
    """
    with transaction.atomic():
        assessment = lock_assessment(assessment)
        _require_open(assessment, actor)
    instrument = instrument_of(assessment.cycle)
    with person_turn(actor, assessment.agency_id):
        content = reader.parse_workbook(
            body, assessment=assessment.pk, instrument=instrument, note_max=NOTE_MAX
        )
    kept = {
        "answers": {
            code: {
                "base": {"ticks": list(base.ticks), "level": base.level, "note": base.note},
                "level": content.answers[code].level,
                "note": content.answers[code].note,
            }
            for code, base in content.sealed.answers.items()
        },
        "gates": {
            code: {"base": base.choice, "choice": content.gates[code]}
            for code, base in content.sealed.gates.items()
        },
    }
    return _keep(assessment, kept, hashlib.sha256(body).hexdigest(), name, actor)


@transaction.atomic
def _keep(
    assessment: Assessment, content: dict[str, Any], sha256: str, name: str, actor: Actor
) -> WorkbookUpload:
    assessment = lock_assessment(assessment)
    _require_open(assessment, actor)
    assert actor.user_id is not None  # only people have a role in an agency
    WorkbookUpload.objects.filter(assessment=assessment, user_id=actor.user_id).delete()
    upload = WorkbookUpload.objects.create(
        assessment=assessment, user_id=actor.user_id, name=name[:200], sha256=sha256, content=content
    )
    record(
        "workbook.compared",
        assessment,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={"file_sha256": [None, sha256]},
    )
    return upload


@transaction.atomic
def apply_workbook(
    upload: WorkbookUpload, picks: Mapping[str, WorkbookChoice], *, actor: Actor
) -> AppliedWorkbook:
    """Take over what was chosen, each indicator and gate by its own service; the rest stays as it is.

    What somebody changed since the page was shown is left alone and reported, and so is what a service
    refuses; the others are saved. Denied for somebody else's workbook; NotNow when answers are closed.
    """
    assessment = lock_assessment(upload.assessment)
    _require_open(assessment, actor)
    upload = _own(upload, actor)
    applied = AppliedWorkbook()
    steps = [
        *((code, _apply_gate) for code in upload.content["gates"]),
        *((code, _apply_answer) for code in upload.content["answers"]),
    ]
    for code, step in steps:
        if code in picks and picks[code].fields:
            _try(step, upload, assessment, code, picks[code], applied, actor)
    upload.save(update_fields=["settled"])
    _record_applied(upload, assessment, applied, actor)
    return applied


def _own(upload: WorkbookUpload, actor: Actor) -> WorkbookUpload:
    """The row as it stands, locked; the assessment's lock is held already."""
    row = WorkbookUpload.objects.visible_to(actor).select_for_update().filter(pk=upload.pk).first()
    if row is None:
        raise Denied(_("This comparison is no longer open. Send the workbook again."))
    return row


def _try(
    step: Any,
    upload: WorkbookUpload,
    assessment: Assessment,
    code: str,
    pick: WorkbookChoice,
    applied: AppliedWorkbook,
    actor: Actor,
) -> None:
    try:
        changed = step(upload, assessment, code, pick, actor)
    except Conflict:
        applied.conflicts.append(code)
    except Refused as refusal:
        applied.refused[code] = str(refusal)
    else:
        (applied.saved if changed else applied.kept).append(code)
        upload.settled = sorted({*upload.settled, *(f"{code} {name}" for name in pick.fields)})


def _apply_answer(
    upload: WorkbookUpload, assessment: Assessment, code: str, pick: WorkbookChoice, actor: Actor
) -> bool:
    row, kept = Answer.objects.get(assessment=assessment, code=code), upload.content["answers"][code]
    _require_seen(row, pick)
    level, note = pick.fields.get("level", SYSTEM), pick.fields.get("note", SYSTEM)
    if level == note == SYSTEM:
        return False
    base = kept["base"]
    ticks = ticks_for_level(kept["level"], base["level"], base["ticks"]) if level == WORKBOOK else row.ticks
    notes = {
        WORKBOOK: kept["note"],
        BOTH: join_notes(row.note, kept["note"]),
        OWN: reader.clean_cell_text(pick.note),
    }
    saved = save_answer(
        assessment, code, ticks=ticks, note=notes.get(note, row.note), version=pick.version, actor=actor
    )
    return saved.changed


def _apply_gate(
    upload: WorkbookUpload, assessment: Assessment, code: str, pick: WorkbookChoice, actor: Actor
) -> bool:
    row = GateAnswer.objects.filter(assessment=assessment, code=code).first() or GateAnswer(code=code)
    _require_seen(row, pick)
    choice = upload.content["gates"][code]["choice"]
    if pick.fields.get("choice") != WORKBOOK or choice == row.choice:
        return False
    save_gate(assessment, code, choice=choice, version=pick.version, actor=actor)
    return True


def _require_seen(row: Answer | GateAnswer, pick: WorkbookChoice) -> None:
    if row.version != pick.version:
        raise Conflict(_("Somebody else changed this meanwhile. Nothing was overwritten."), current=row)


def _record_applied(
    upload: WorkbookUpload, assessment: Assessment, applied: AppliedWorkbook, actor: Actor
) -> None:
    counts = {name: len(getattr(applied, name)) for name in ("saved", "kept", "conflicts", "refused")}
    record(
        "workbook.applied",
        assessment,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={"file_sha256": [None, upload.sha256], **{name: [None, n] for name, n in counts.items()}},
    )


@transaction.atomic
def close_workbook(upload: WorkbookUpload, *, actor: Actor) -> None:
    """Throw away what was not taken over. Closing twice does nothing the second time."""
    assessment = lock_assessment(upload.assessment)
    require(actor, "assessment.workbook", assessment)
    deleted, _rows = WorkbookUpload.objects.visible_to(actor).filter(pk=upload.pk).delete()
    if deleted:
        record(
            "workbook.closed",
            assessment,
            actor=actor,
            agency_id=assessment.agency_id,
            changes={"file_sha256": [None, upload.sha256]},
        )
