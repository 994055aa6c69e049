"""The round behind a load: a process of its own with the site's settings makes it, and reads it back.

`python -m bench._round make COUNT` prints one line of JSON an agency; `read` takes such lines with what was
acknowledged and prints what is not in the database; `judged` prints how long files waited to be judged.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

PASSWORD = "gerbong-teh-melati-47"
CODES = ("1.1", "3.4", "5.2")


def make(count: int) -> None:
    """An open round for `count` agencies of the register, each with a keeper and a secretary."""
    from django.utils import timezone

    from sipinter.assessment.record.models import Assessment
    from sipinter.assessment.record.services.cycles import create_cycle, open_cycle
    from sipinter.assessment.selfassessment.services.submission import start_assessment
    from sipinter.foundation.access.actor import system_actor
    from sipinter.foundation.agencies.models import Agency
    from sipinter.foundation.agencies.services import import_register

    import_register(actor=system_actor())
    agencies = list(Agency.objects.filter(is_active=True).order_by("pk")[:count])
    today = timezone.localdate()
    offsets = (-10, 10, 20, 30, 40, 60)
    stages = ("filling_opens", "filling_closes", "verification_closes", "repair_closes", "plenary_on")
    names = (*stages, "objection_closes")
    dates = {name: today + timedelta(days=days) for name, days in zip(names, offsets, strict=True)}
    cycle = create_cycle(
        year=today.year,
        round=9,
        name="Malam terakhir",
        instrument_id="permenpanrb-40-2018",
        actor=system_actor(),
        **dates,
    )
    open_cycle(cycle, agencies, actor=system_actor())
    assessments = {
        a.agency_id: a for a in Assessment.objects.filter(cycle=cycle).select_related("cycle", "agency")
    }
    people = _people(agencies)
    for agency in agencies:
        start_assessment(assessments[agency.pk], actor=system_actor())
        line = {"assessment": assessments[agency.pk].pk, "agency": agency.pk, **people[agency.pk]}
        print(json.dumps(line))


def _people(agencies: list[Any]) -> dict[int, dict[str, str]]:
    """E-mail address by role of two people an agency; they share a password, hashed once."""
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password

    from sipinter.foundation.accounts.models import Membership, User

    hashed = make_password(PASSWORD)
    rows = [
        (
            agency,
            role,
            User(email=f"{role}-{agency.pk}@beban.example", name=f"{role} {agency.pk}", password=hashed),
        )
        for agency in agencies
        for role in ("keeper", "pyb")
    ]
    User.objects.bulk_create([user for _agency, _role, user in rows])
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for _a, _r, user in rows
    )
    Membership.objects.bulk_create(
        Membership(user=user, agency=agency, role=role) for agency, role, user in rows
    )
    found: dict[int, dict[str, str]] = {}
    for agency, role, user in rows:
        found.setdefault(agency.pk, {})[role] = user.email
    return found


def read() -> None:
    """One line of JSON a fault: a save, file or submission that was acknowledged and is not there."""
    from sipinter.assessment.record.models import Answer, Assessment

    for line in sys.stdin:
        done = json.loads(line)
        answers = {a.code: a for a in Answer.objects.filter(assessment_id=done["assessment"])}
        for code, (level, note) in done["saves"].items():
            if (answers[code].claimed_level, answers[code].note) != (level, note):
                print(json.dumps({"lost save": [done["assessment"], code, level, note]}))
        if done["submitted"] and Assessment.objects.get(pk=done["assessment"]).state != "submitted":
            print(json.dumps({"lost submission": done["assessment"]}))
        for code, sha256 in done["files"].items():
            if not _stands(done["assessment"], code, sha256):
                print(json.dumps({"lost file": [done["assessment"], code, sha256]}))


def _stands(assessment: int, code: str, sha256: str) -> bool:
    """Whether just one evidence with these bytes hangs on the indicator, and the storage has them."""
    import hashlib

    from django.core.files.storage import default_storage

    from sipinter.assessment.record.models import AnswerEvidence

    rows = AnswerEvidence.objects.filter(
        answer__assessment_id=assessment, answer__code=code, evidence__blob__sha256=sha256
    ).select_related("evidence__blob")
    if len(rows) != 1 or rows[0].evidence.blob is None:
        return False
    digest = hashlib.sha256()
    with default_storage.open(rows[0].evidence.blob.path) as file:
        for chunk in file.chunks():
            digest.update(chunk)
    return digest.hexdigest() == sha256


def judged() -> None:
    """One line of JSON: how many files wait, how many are still to be drawn, and for how many seconds each of
    those that were judged waited.
    """
    from sipinter.foundation.evidence.models import Blob
    from sipinter.foundation.work.models import Row

    times = Blob.objects.exclude(judged_at=None).values_list("created_at", "judged_at")
    waits = [(judged_at - created_at).total_seconds() for created_at, judged_at in times]
    waiting = Blob.objects.filter(judgement=Blob.Judgement.WAITING).count()
    drawing = Row.objects.ready().filter(task_path__endswith="make_first_previews").count()
    print(json.dumps({"waiting": waiting, "drawing": drawing, "waits": waits}))


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "make":
        make(int(sys.argv[2]))
    elif sys.argv[1] == "judged":
        judged()
    else:
        read()
