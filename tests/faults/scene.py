"""The agencies of the fault tests, made and read back by a process that has the cluster's settings.

`python -m tests.faults.scene make WRITING DECIDED` prints a line of JSON an agency; `read` takes what was
acknowledged, a line an agency, and prints a line a fault.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

CODES = ("1.1", "3.4")


def make(writing: int, decided: int) -> None:
    """`writing` agencies that are filling in, `decided` ones whose result is published."""
    from sipinter.foundation.agencies.models import Agency
    from tests.assessment.round import make_cycle
    from tests.factories import actor, make_agency, make_user

    from .played import Played

    desk = make_agency("Badan Pengawas Contoh", "lpnk")
    users = {
        role: make_user(role, (role, desk))
        for role in ("verifier", "coordinator", "plenary", "administrator")
    }
    agencies = [make_agency(f"Pemerintah Kabupaten Uji {n}") for n in range(writing + decided)]
    cycle = make_cycle(actor(users["administrator"]), *Agency.objects.filter(pk__in=[a.pk for a in agencies]))
    for number, agency in enumerate(agencies):
        own = {role: make_user(f"{role} {number}", (role, agency)) for role in ("keeper", "pyb", "ppk")}
        round_ = Played(agency, users | own, cycle)
        if number < writing:
            round_.start()
        else:
            round_.publish()
        emails = {role: user.email for role, user in round_.users.items()}
        print(json.dumps({"assessment": round_.assessment.pk, "writing": number < writing, **emails}))


def read() -> None:
    """What does not hold of what was acknowledged, and what happened twice or by an illegal step."""
    for line in sys.stdin:
        given = json.loads(line)
        for fault in (
            *_answers(given),
            *_files(given),
            *_steps(given),
            *_decisions(given),
            *_twice(given["assessment"]),
        ):
            print(json.dumps({"assessment": given["assessment"], "fault": fault}))


def _answers(given: dict[str, Any]) -> Iterator[str]:
    """Notes count up, so the row must stand at the last acknowledged one or at one sent after it."""
    from sipinter.assessment.record.models import Answer

    for code, turn in given["saves"].items():
        stands = Answer.objects.get(assessment_id=given["assessment"], code=code).note
        if int(stands or 0) < turn:
            yield f"save {turn} of {code} is lost: {stands!r} stands there"


def _files(given: dict[str, Any]) -> Iterator[str]:
    from django.core.files.storage import default_storage

    from sipinter.assessment.record.models import AnswerEvidence

    rows = AnswerEvidence.objects.filter(answer__assessment_id=given["assessment"])
    found = Counter(rows.values_list("answer__code", "evidence__blob__sha256", "evidence__blob__path"))
    paths = {(code, sha): path for code, sha, path in found}
    for code, sha256 in given["files"]:
        if (code, sha256) not in paths:
            yield f"file {sha256} of {code} is lost"
            continue
        with default_storage.open(paths[code, sha256]) as file:
            if hashlib.sha256(file.read()).hexdigest() != sha256:
                yield f"file {sha256} of {code} is damaged"
    yield from (f"{key} is attached {times} times" for key, times in found.items() if times > 1)


def _steps(given: dict[str, Any]) -> Iterator[str]:
    """The trail's steps follow one another along the workflow, and all acknowledged ones are in it."""
    from sipinter.assessment.record.models import Assessment
    from sipinter.assessment.record.workflow import BY_ACTION
    from sipinter.foundation.audit.models import Event

    state, counted = "preparing", Counter[str]()
    for event in Event.objects.filter(target=f"assessment:{given['assessment']}").order_by("position"):
        action = event.action.removeprefix("assessment.")
        if action not in BY_ACTION or "state" not in event.changes:
            continue
        before, after = event.changes["state"]
        counted[action] += 1
        if before != state or before not in BY_ACTION[action].sources or after != BY_ACTION[action].target:
            yield f"{action} at {state}: {before} to {after}"
        state = after
    if Assessment.objects.get(pk=given["assessment"]).state != state:
        yield f"the trail ends at {state}, the assessment stands elsewhere"
    for action, times in given["steps"].items():
        if counted[action] < times:
            yield f"{action}: {times} acknowledged, {counted[action]} on record"


def _decisions(given: dict[str, Any]) -> Iterator[str]:
    from sipinter.assessment.decisions.papers import decision_document_kinds
    from sipinter.assessment.record.models import Decision

    decisions = list(Decision.objects.filter(assessment_id=given["assessment"]).order_by("pk"))
    for earlier, later in pairwise(decisions):
        if later.supersedes_id != earlier.pk:
            yield f"{later.number} does not name {earlier.number}"
    numbers = {decision.number for decision in decisions}
    yield from (f"decision {number} is lost" for number in given["decisions"] if number not in numbers)
    for decision in decisions:
        made = sorted(document.kind for document in decision.documents.all())
        if made != sorted(decision_document_kinds(decision)):
            yield f"{decision.number} has the papers {made}"


def _twice(assessment: int) -> Iterator[str]:
    """A save whose answer was lost and that was sent again must not be on record twice."""
    from sipinter.assessment.record.models import Answer
    from sipinter.foundation.audit.models import Event

    for answer in Answer.objects.filter(assessment_id=assessment, code__in=CODES):
        notes = Counter(
            event.changes["note"][1]
            for event in Event.objects.filter(target=f"answer:{answer.pk}", action="answer.saved")
            if "note" in event.changes
        )
        yield from (f"note {note} saved {times} times" for note, times in notes.items() if times > 1)


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "make":
        make(int(sys.argv[2]), int(sys.argv[3]))
    else:
        read()
