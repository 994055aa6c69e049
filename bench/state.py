"""`audit verify --state` over a nation's rounds: 640 agencies x 37 answers x 3 rounds in <= 60 s.

`SIPINTER_BENCH_AGENCIES` sets how many agencies (default 40; 640 is the figure that is reported). Each answer
of each round was saved three times and judged once; `SIPINTER_DATABASE_URL` names another engine. Seconds of
the processor are those of this process, without the database server's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from time import perf_counter, process_time
from typing import Any

import django

ROUNDS, ANSWERS, SAVES = 3, 37, 3
BATCH = 5_000
LIMIT = "(<= 60 s for 640 agencies)"


def main() -> None:
    """Prints what comparing every row with the trail costs, and whether a changed one is found."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipinter.site.config.settings_test")
    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment, teardown_test_environment

    count = int(os.environ.get("SIPINTER_BENCH_AGENCIES", "40"))
    setup_test_environment(debug=False)
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        started = perf_counter()
        events = fill(count)
        print(
            f"{connection.vendor}: {count} agencies, {count * ROUNDS * ANSWERS} answers, {events} events,"
            f" made in {perf_counter() - started:.0f} s",
            flush=True,
        )
        check(events)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def fill(count: int) -> int:
    """Rows of every round and sound chains that vouch for them; how many events."""
    from django.db import connection

    from sipinter.assessment.record.models import Answer, Assessment
    from sipinter.foundation.access.actor import system_actor
    from sipinter.foundation.audit import triggers
    from sipinter.foundation.audit.checkpoints import make_checkpoint
    from sipinter.foundation.audit.models import Chain, Event
    from tests.factories import make_agency, make_user

    agencies = [make_agency(f"Pemerintah Kabupaten Contoh {n}") for n in range(count)]
    person = make_user("Orang")
    verifier = make_user("Verifikator")
    cycles = [make_round(2024 + number) for number in range(ROUNDS)]
    assessments = Assessment.objects.bulk_create(
        Assessment(cycle=cycle, agency=agency) for agency in agencies for cycle in cycles
    )
    answers = Answer.objects.bulk_create(
        (judged(assessment, number, verifier) for assessment in assessments for number in range(ANSWERS)),
        batch_size=BATCH,
    )
    chains = [Chain(agency=agency) for agency in agencies]
    Chain.objects.bulk_create(chains)
    by_agency: dict[int, list[Any]] = {agency.pk: [] for agency in agencies}
    owner = {assessment.pk: assessment.agency_id for assessment in assessments}
    for answer in answers:
        by_agency[owner[answer.assessment_id]].append(answer)
    total, waiting = 0, []
    for chain in chains:
        for event in chain_events(chain, by_agency[chain.agency_id or 0], person):
            waiting.append(event)
            total += 1
            if len(waiting) == BATCH:
                Event.objects.bulk_create(waiting)
                waiting.clear()
    Event.objects.bulk_create(waiting)
    triggers.drop_triggers(connection)
    Chain.objects.bulk_update(chains, ["length", "head"], batch_size=100)
    triggers.create_triggers(connection)
    make_checkpoint(actor=system_actor())
    return total


def make_round(year: int) -> Any:
    from sipinter.assessment.record.services.cycles import create_cycle
    from sipinter.foundation.access.actor import system_actor
    from tests.assessment.round import OLD

    names = ("filling_opens", "filling_closes", "verification_closes", "repair_closes", "plenary_on")
    days = {name: f"{year}-0{number + 1}-01" for number, name in enumerate((*names, "objection_closes"))}
    dates = {name: date.fromisoformat(day) for name, day in days.items()}
    return create_cycle(
        year=year, round=1, name=f"Putaran {year}", instrument_id=OLD, actor=system_actor(), **dates
    )


def judged(assessment: Any, number: int, verifier: Any) -> Any:
    from django.utils import timezone

    from sipinter.assessment.record.models import Answer

    return Answer(
        assessment=assessment,
        code=f"{number // 10 + 1}.{number % 10 + 1}",
        position=number,
        ticks=[1, 2, 3],
        claimed_level=3,
        note="Rencana suksesi ditetapkan dengan keputusan pejabat pembina kepegawaian. " * 4,
        verdict="accept",
        verified_level=3,
        verified_by=verifier,
        verified_at=timezone.now(),
    )


def chain_events(chain: Any, answers: list[Any], person: Any) -> Iterator[Any]:
    """Every save and verdict of the agency's answers, hashed, sealed and with digests."""
    from django.utils import timezone

    from sipinter.foundation.audit.keys import chain_key, seal_event
    from sipinter.foundation.audit.models import Event
    from sipinter.foundation.audit.persons import seal_user
    from sipinter.foundation.audit.rows import row_digests
    from sipinter.foundation.audit.services import hash_event, hashed_content

    key = chain_key(chain.pk, chain.agency_id)
    name = seal_user(person.pk, person.name)
    began = timezone.now() - timedelta(minutes=30)
    for answer in answers:
        digests = row_digests([answer])
        for action in (*["answer.saved"] * SAVES, "answer.judged"):
            event = Event(
                chain=chain,
                position=chain.length + 1,
                at=began + timedelta(milliseconds=chain.length),
                actor=person,
                actor_name=name,
                actor_role="keeper",
                agency_id=chain.agency_id,
                action=action,
                target=f"answer:{answer.pk}",
                changes={"note": ["", answer.note], "claimed_level": [2, 3]},
                rows=digests,
                request_id=f"{answer.pk:032x}",
                previous_hash=chain.head,
            )
            event.hash = hash_event(chain.head, hashed_content(event))
            event.mac = seal_event(key, event.hash)
            chain.length, chain.head = event.position, event.hash
            yield event


def check(events: int) -> None:
    from bench.audit import memory
    from sipinter.assessment.record.models import Answer
    from sipinter.foundation.audit.verification import verify_trail

    for state in (False, True):
        before, started, worked = memory(), perf_counter(), process_time()
        faults = list(verify_trail(state=state))
        took, worked = perf_counter() - started, process_time() - worked
        word = f"verify --state {LIMIT}" if state else "verify"
        more = memory() - before
        print(
            f"{word}: {took:.1f} s, {worked:.1f} s of the processor, {more:.0f} MB more, {len(faults)} faults"
        )
    row = Answer.objects.order_by("?")[0]
    Answer.objects.filter(pk=row.pk).update(verified_level=4)
    found = [(fault.kind, fault.about) for fault in verify_trail(state=True)]
    print(f"one level changed by hand: {found}")


if __name__ == "__main__":
    main()
