"""The audit trail at size: events checked a second, memory, and the auditors' search.

`SIPINTER_BENCH_EVENTS` sets how many events (default 20,000; 1,000,000 is the figure that is reported).
"""

from __future__ import annotations

import os
import resource
from datetime import timedelta
from time import perf_counter

import django

CHAINS = 640
BATCH = 5_000
SEARCHES = {
    "newest": {},
    "one agency": {"agency": "Contoh 17"},
    "one person": {"person": "Orang 5"},
    "one action": {"action": "answer.judged"},
    "a target": {"target": "answer:77"},
    "a month": {"since": "2026-03-01", "until": "2026-03-31"},
    "a text that occurs": {"text": "Catatan 1"},
    "a text that does not": {"text": "tidak-ada-di-mana-pun"},
    "deep": {"after": "2026-02-01T00:00:00+00:00_1000000000"},
}


def main() -> None:
    """Prints what checking and searching cost."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipinter.site.config.settings_test")
    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment, teardown_test_environment

    count = int(os.environ.get("SIPINTER_BENCH_EVENTS", "20000"))
    setup_test_environment(debug=False)
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        started = perf_counter()
        auditor = fill(count)
        print(f"{count} events in {CHAINS} chains, written in {perf_counter() - started:.0f} s", flush=True)
        check(count)
        search(auditor)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def fill(count: int) -> object:
    """Sound chains of invented events over one year, a checkpoint, and the auditor who reads them."""
    from django.db import connection
    from django.utils import timezone

    from sipinter.foundation.access.actor import system_actor
    from sipinter.foundation.audit import triggers
    from sipinter.foundation.audit.checkpoints import make_checkpoint
    from sipinter.foundation.audit.keys import chain_key, seal_event
    from sipinter.foundation.audit.models import Chain, Event
    from sipinter.foundation.audit.services import hash_event, hashed_content
    from tests.factories import make_agency, make_user

    agencies = [make_agency(f"Pemerintah Kabupaten Contoh {n}") for n in range(CHAINS)]
    people = [make_user(f"Orang {n}") for n in range(CHAINS)]
    chains = [Chain.objects.create(agency=agency) for agency in agencies]
    start = timezone.now().replace(month=1, day=1, hour=0, minute=0)
    actions = ("answer.saved", "answer.saved", "answer.judged", "evidence.read", "user.signed_in")
    events: list[Event] = []
    for n in range(count):
        at = n % CHAINS
        chain = chains[at]
        event = Event(
            chain=chain,
            position=chain.length + 1,
            at=start + timedelta(seconds=n * 28_000_000 / count),
            actor=people[at],
            actor_name=people[at].name,
            actor_role="keeper",
            agency=agencies[at],
            action=actions[n % 5],
            target=f"answer:{n % 40_000}",
            changes={"note": ["", f"Catatan {n} tentang rencana suksesi"], "claimed_level": [2, 3]},
            request_id=f"{n:032x}",
            previous_hash=chain.head,
        )
        event.hash = hash_event(chain.head, hashed_content(event))
        event.mac = seal_event(chain_key(chain.pk, chain.agency_id), event.hash)
        chain.length, chain.head = event.position, event.hash
        events.append(event)
        if len(events) == BATCH:
            Event.objects.bulk_create(events)
            events.clear()
    Event.objects.bulk_create(events)
    triggers.drop_triggers(connection)
    Chain.objects.bulk_update(chains, ["length", "head"], batch_size=100)
    triggers.create_triggers(connection)
    make_checkpoint(actor=system_actor())
    return make_user("Auditor", ("auditor", make_agency("Badan Pengawas Contoh", "lpnk")))


def check(count: int) -> None:
    from sipinter.foundation.audit.verification import verify_trail

    before, started = memory(), perf_counter()
    faults = list(verify_trail())
    took = perf_counter() - started
    more = memory() - before
    print(f"verify: {took:.1f} s, {count / took:.0f} events/s, {more:.0f} MB more, {len(faults)} faults")


def memory() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def search(auditor: object) -> None:
    from django.urls import reverse

    from tests.factories import client_for

    client = client_for(auditor)  # type: ignore[arg-type]
    for name, asked in SEARCHES.items():
        times = []
        for _run in range(3):
            started = perf_counter()
            assert client.get(reverse("trail:list"), asked).status_code == 200
            times.append((perf_counter() - started) * 1000)
        print(f"search, {name}: {min(times):.0f} ms", flush=True)


if __name__ == "__main__":
    main()
