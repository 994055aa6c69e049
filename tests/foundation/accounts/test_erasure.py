"""Erasing a person: nothing shows the name or the address any more, and the audit trail still holds."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core import mail
from django.test import TestCase
from django.urls import reverse

from sipinter.cli.privacy import privacy_group
from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.access.errors import Denied, NotNow
from sipinter.foundation.accounts.models import Invitation, Membership, User
from sipinter.foundation.accounts.services.erasure import destroy_keys_of_erased, erase_person
from sipinter.foundation.accounts.services.invitations import accept_invitation, send_invitation
from sipinter.foundation.accounts.services.people import change_name
from sipinter.foundation.audit import persons
from sipinter.foundation.audit.checkpoints import make_checkpoint
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.services import record, record_rows
from sipinter.foundation.audit.verification import verify_trail
from sipinter.foundation.work.worker import drain_queue
from tests.factories import actor, client_for, make_agency, make_user
from tests.unguarded import intruder

pytestmark = pytest.mark.django_db
NAME, LATER, ADDRESS = "Wulandari Kusumaningrum", "Wulandari Prasetyo", "wulandari@contoh.go.id"
PASSWORD = "bukan-kata-sandi-yang-lazim-41"


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    settings.PERSON_KEYS, settings.CHECKPOINTS = tmp_path / "keys", tmp_path / "checkpoints"
    settings.AUDIT_HEADS = tmp_path / "heads"


@pytest.fixture
def person(cast: Any) -> User:
    """Somebody who was invited, took up the role, changed their name and wrote a note."""
    for agency in (cast.agency, cast.other_agency):
        record_rows(Membership.objects.filter(agency=agency), actor=system_actor(), agency_id=agency.pk)
    sent = send_invitation(cast.agency, email=ADDRESS, name=NAME, role="team", actor=actor(cast.owner))
    user = accept_invitation(sent.url.rstrip("/").rpartition("/")[2], name=NAME, password=PASSWORD)
    change_name(user, name=LATER, actor=actor(user))
    record("evidence.read", "evidence:1", actor=system_actor(on_behalf_of=actor(user)))
    drain_queue()
    mail.outbox.clear()
    return user


@pytest.fixture
def auditor(cast: Any) -> User:
    found = make_user("Auditor", ("auditor", cast.supervisor))
    agency = cast.supervisor
    record_rows(Membership.objects.filter(agency=agency), actor=system_actor(), agency_id=agency.pk)
    return found


def erase(user: User) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        erase_person(user, actor=system_actor())
    drain_queue()


def pages(auditor: User) -> str:
    client = client_for(auditor)
    addresses = [reverse("trail:list"), reverse("trail:csv")]
    addresses += [reverse("trail:event", args=[event.pk]) for event in Event.objects.all()]
    found = ""
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        found += b"".join(answer).decode()
    return found


def test_the_database_holds_no_name_and_the_pages_show_it_while_the_key_is_there(
    person: User, auditor: User
) -> None:
    held = " ".join(str(row) for row in Event.objects.values_list("actor_name", "on_behalf_name", "changes"))
    assert all(word not in held for word in (NAME, LATER, ADDRESS))
    shown = pages(auditor)
    assert all(word in shown for word in (NAME, LATER, ADDRESS))


def test_after_it_no_page_shows_the_name_and_the_trail_holds(person: User, auditor: User, cast: Any) -> None:
    make_checkpoint(actor=system_actor())
    erase(person)
    make_checkpoint(actor=system_actor())
    shown = pages(auditor)
    assert all(word not in shown for word in (NAME, LATER, ADDRESS))
    assert "(erased)" in shown
    assert list(verify_trail(state=True)) == []
    keeper = client_for(cast.owner)
    for address in (reverse("accounts:team"), reverse("trail:list")):
        answer = keeper.get(address).content.decode()
        assert all(word not in answer for word in (NAME, LATER, ADDRESS))


def test_the_account_is_closed_and_the_person_is_told(person: User) -> None:
    erase(person)
    person.refresh_from_db()
    assert (person.is_active, person.has_usable_password(), ADDRESS in person.email) == (False, False, False)
    assert not Membership.objects.current().filter(user=person).exists()
    assert not Invitation.objects.filter(email=ADDRESS).exists()
    assert [sent.to for sent in mail.outbox] == [[ADDRESS]]
    event = Event.objects.get(action="person.erased")
    assert (event.target, event.changes) == (f"user:{person.pk}", {})


def test_an_old_backup_has_the_ciphertext_and_no_key(person: User, settings: Any, tmp_path: Path) -> None:
    """Whoever brings the rows back without the folder reads nothing; with an old folder, until the night."""
    kept = {path.name: path.read_bytes() for path in settings.PERSON_KEYS.iterdir()}
    name = Event.objects.get(action="user.renamed").changes["name"][1]
    assert persons.open_value(name) == LATER
    erase(person)
    assert persons.open_value(name) == "(erased)"
    settings.PERSON_KEYS = tmp_path / "elsewhere"
    assert persons.open_value(name) == "(erased)"
    settings.PERSON_KEYS.mkdir()
    for file, content in kept.items():
        (settings.PERSON_KEYS / file).write_bytes(content)
    assert persons.open_value(name) == LATER
    assert destroy_keys_of_erased() == 1
    assert persons.open_value(name) == "(erased)"


def test_what_is_recorded_of_them_later_makes_no_new_key(person: User, settings: Any) -> None:
    erase(person)
    person.name = LATER
    event = record("evidence.read", "evidence:1", actor=system_actor(on_behalf_of=actor(person)))
    assert event.on_behalf_name == f"sealed:user-{person.pk}:"


def test_events_from_before_names_were_sealed_hide_them_too(person: User, auditor: User) -> None:
    """They cannot be changed; pages and exports no longer show what they hold."""
    with intruder() as cursor:
        cursor.execute(
            "UPDATE audit_event SET actor_name = %s, changes = %s WHERE action = 'membership.started'",
            [NAME, f'{{"email": [null, "{ADDRESS}"]}}'],
        )
        cursor.execute(
            "UPDATE audit_event SET changes = %s WHERE action = 'invitation.sent'",
            [f'{{"email": [null, "{ADDRESS}"]}}'],
        )
    assert ADDRESS in pages(auditor)
    erase(person)
    shown = pages(auditor)
    assert all(word not in shown for word in (NAME, LATER, ADDRESS))


def test_who_may_and_when_not(person: User, cast: Any) -> None:
    with pytest.raises(Denied):
        erase_person(person, actor=actor(cast.owner))
    administrator = make_user("Kepala", ("administrator", make_agency("Badan Lain", "lpnk")))
    with pytest.raises(Denied):
        erase_person(administrator, actor=actor(administrator))
    with pytest.raises(NotNow):
        erase_person(administrator, actor=system_actor())
    erase_person(person, actor=actor(administrator))


def test_the_command_asks_first_and_says_who_is_not_there(person: User) -> None:
    run = CliRunner().invoke
    assert run(privacy_group, ["--lang", "en", "erase", "nobody@contoh.go.id"]).exit_code == 2
    assert run(privacy_group, ["--lang", "en", "erase", ADDRESS], input="n\n").exit_code == 1
    person.refresh_from_db()
    assert person.is_active
    done = run(privacy_group, ["--lang", "en", "erase", ADDRESS, "--yes"])
    assert (done.exit_code, f"Account {person.pk} was erased." in done.output) == (0, True), done.output
