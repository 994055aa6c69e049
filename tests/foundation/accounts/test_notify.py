"""Telling people in the page and by e-mail."""

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy
from django_tasks_db.models import DBTaskResult

from sipinter.foundation.access.errors import Denied
from sipinter.foundation.accounts.models import Notification
from sipinter.foundation.accounts.notify import mark_all_read, mark_read, notify
from sipinter.foundation.work.worker import drain_queue

from ... import factories
from ...factories import actor


@pytest.fixture
def tell():
    def told(*args, **kwargs):
        rows = notify(*args, **kwargs)
        drain_queue()
        return rows

    return told


def test_each_person_once_in_the_page_and_by_mail(cast, tell):
    rows = tell([cast.owner, cast.team_mate, cast.owner], "Dikembalikan", "Lihat 3.4.", "/penilaian/1/")
    assert [(row.user, row.subject, row.path) for row in Notification.objects.order_by("id")] == [
        (cast.owner, "Dikembalikan", "/penilaian/1/"),
        (cast.team_mate, "Dikembalikan", "/penilaian/1/"),
    ]
    assert len(rows) == 2
    assert [letter.to for letter in mail.outbox] == [[cast.owner.email], [cast.team_mate.email]]
    assert mail.outbox[0].subject == "[SIPINTER] Dikembalikan"
    assert "Lihat 3.4." in mail.outbox[0].body
    assert "http://127.0.0.1:8000/penilaian/1/" in mail.outbox[0].body


def test_texts_are_in_the_sites_language_and_filled(cast, tell):
    with translation.override("en"):
        (row,) = tell([cast.owner], gettext_lazy("Password"), "%(n)s dari %(all)s", values={"n": 2, "all": 5})
    with translation.override("id"):
        assert row.subject == str(gettext_lazy("Password"))
    assert row.body == "2 dari 5"


def test_no_mail_when_not_wanted_and_none_to_closed_accounts(cast, tell):
    cast.team_mate.is_active = False
    cast.team_mate.save()
    tell([cast.owner, cast.team_mate], "Saja", mail=False)
    assert (Notification.objects.get().user, mail.outbox) == (cast.owner, [])


def test_a_subject_is_one_line_of_at_most_200_characters(cast, tell):
    (row,) = tell([cast.owner], "a\r\nBcc: x@contoh.go.id " + "b" * 300)
    assert (len(row.subject), "\n" in row.subject, mail.outbox[0].bcc) == (200, False, [])


@pytest.mark.parametrize("path", ["https://lain.example/", "//lain.example/", "javascript:alert(1)"])
def test_only_pages_of_this_site(cast, path):
    with pytest.raises(ValueError, match="not a path"):
        notify([cast.owner], "Lihat", path=path)


def test_a_mail_server_that_is_down_loses_no_letter_and_names_nobody(cast, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    notify([cast.owner, cast.team_mate], "Penting sekali")
    assert drain_queue() == 2
    assert Notification.objects.count() == 2
    waiting = list(DBTaskResult.objects.filter(status="READY", run_after__gt=timezone.now()))
    assert [task.args_kwargs["args"][0] for task in waiting] == [cast.owner.email, cast.team_mate.email]
    kept = caplog.text + "".join(task.traceback for task in waiting)
    assert "ConnectionRefusedError" in caplog.text
    assert cast.owner.email not in kept
    assert "Penting" not in kept


@pytest.mark.django_db(transaction=True)
def test_nothing_is_told_when_the_change_fails(cast):
    def fail():
        with transaction.atomic():
            notify([cast.owner], "Penting")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert drain_queue() == 0
    assert (Notification.objects.count(), mail.outbox) == (0, [])


def test_reading(cast, tell):
    first, second = tell([cast.owner], "Satu") + tell([cast.owner], "Dua")
    (other,) = tell([cast.outsider], "Tiga")
    with pytest.raises(Denied):
        mark_read(other, actor=actor(cast.owner))
    mark_read(first, actor=actor(cast.owner))
    assert mark_all_read(actor=actor(cast.owner)) == 1
    assert mark_all_read(actor=factories.Actor()) == 0
    assert [n.read_at is None for n in (first, second, other) if n.refresh_from_db() is None] == [
        False,
        False,
        True,
    ]
