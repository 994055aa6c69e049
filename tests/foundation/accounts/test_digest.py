"""E-mails as each person chose: at once, once a day in one, or none; in their language."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils.translation import gettext_lazy

from sipinter.foundation.access.errors import Denied, Invalid
from sipinter.foundation.accounts.digest import send_digests, send_due_digests
from sipinter.foundation.accounts.models import MailFrequency, Notification
from sipinter.foundation.accounts.notify import mark_all_read, notify
from sipinter.foundation.accounts.services.people import change_preferences
from sipinter.foundation.audit.models import Event
from sipinter.foundation.work.periodic import TABLE
from sipinter.foundation.work.worker import drain_queue
from tests.factories import actor, client_for, grant

pytestmark = pytest.mark.django_db
JAKARTA = ZoneInfo("Asia/Jakarta")
NINE = datetime(2026, 3, 2, 9, tzinfo=JAKARTA)


def prefer(user, mails=MailFrequency.DAILY, language="id"):
    change_preferences(user, mails=mails, language=language, actor=actor(user))
    user.refresh_from_db()


@pytest.fixture
def daily(cast):
    """The keeper wants one e-mail a day."""
    prefer(cast.owner)
    return cast


def sent(now=NINE):
    number = send_due_digests(now)
    drain_queue()
    return number


def test_one_mail_with_all_at_its_hour_and_once(daily):
    notify([daily.owner], "Tugas pertama", "Lihat 3.4.", "/penilaian/1/")
    notify([daily.owner], "Tugas kedua", "Potongan 50%.", "/penilaian/2/")
    drain_queue()
    assert mail.outbox == []
    assert sent(NINE.replace(hour=6)) == 0
    assert [sent(), sent()] == [1, 0]
    (letter,) = mail.outbox
    assert letter.to == [daily.owner.email]
    assert letter.subject == "[SIPINTER] 2 pemberitahuan"
    for words in ("Tugas pertama", "Lihat 3.4.", "Tugas kedua", "50%", "/penilaian/2/"):
        assert words in letter.body
    assert "/akun/pemberitahuan/" in letter.body
    assert not Notification.objects.filter(in_digest=True).exists()


def test_the_next_day_brings_only_what_is_new(daily):
    notify([daily.owner], "Lama")
    sent()
    notify([daily.owner], "Baru")
    assert sent(NINE.replace(hour=20)) == 0
    assert sent(NINE + timedelta(days=1)) == 1
    assert "Baru" in mail.outbox[-1].body
    assert "Lama" not in mail.outbox[-1].body


def test_nothing_new_and_nothing_unread_is_no_mail(daily):
    assert sent() == 0
    notify([daily.owner], "Sudah dibaca")
    mark_all_read(actor=actor(daily.owner))
    assert sent() == 0
    assert mail.outbox == []


def test_the_hour_is_that_of_the_persons_agency(daily):
    daily.agency.time_zone = "Asia/Jayapura"
    daily.agency.save()
    notify([daily.owner], "Tugas")
    assert sent(datetime(2026, 3, 2, 4, 59, tzinfo=JAKARTA)) == 0
    assert sent(datetime(2026, 3, 2, 5, 1, tzinfo=JAKARTA)) == 1  # 7:01 in Jayapura


def test_none_is_none_and_at_once_is_at_once(cast):
    prefer(cast.owner, MailFrequency.NONE)
    notify([cast.owner, cast.team_mate], "Tugas")
    sent()
    assert [letter.to for letter in mail.outbox] == [[cast.team_mate.email]]
    assert Notification.objects.filter(user=cast.owner).count() == 1


def test_who_wants_no_mails_any_more_gets_no_last_digest(daily):
    notify([daily.owner], "Tugas")
    prefer(daily.owner, MailFrequency.NONE)
    assert sent() == 0


def test_each_reads_their_own_language(cast):
    prefer(cast.owner, MailFrequency.DAILY, "en")
    prefer(cast.team_mate, MailFrequency.AT_ONCE, "id")
    notify([cast.owner, cast.team_mate], gettext_lazy("Notifications"), about="Putaran 100%")
    rows = {row.user: row.subject for row in Notification.objects.all()}
    assert rows[cast.owner] == "Notifications · Putaran 100%"
    assert rows[cast.team_mate] == "Pemberitahuan · Putaran 100%"
    sent()
    (digest,) = [m for m in mail.outbox if m.to == [cast.owner.email]]
    assert digest.subject == "[SIPINTER] 1 notification"


def test_security_mails_come_at_once_in_the_persons_language(daily):
    prefer(daily.owner, MailFrequency.NONE, "en")
    client_for(None, language="id").post("/akun/password/reset/", {"email": daily.owner.email})
    drain_queue()
    (letter,) = mail.outbox
    assert letter.to == [daily.owner.email]
    assert "password" in letter.subject.lower()


def test_as_many_queries_to_find_nobody_due_as_there_are_people(daily, django_assert_max_num_queries):
    prefer(daily.team_mate)
    grant(daily.outsider, "team", daily.agency)
    prefer(daily.outsider)
    notify([daily.owner, daily.team_mate, daily.outsider], "Tugas")
    with django_assert_max_num_queries(2):
        send_due_digests(NINE.replace(hour=1))


def test_choosing_is_ones_own_checked_and_on_record(cast):
    with pytest.raises(Denied):
        change_preferences(cast.owner, mails="none", language="id", actor=actor(cast.outsider))
    for wrong in ({"mails": "weekly", "language": "id"}, {"mails": "none", "language": "xx"}):
        with pytest.raises(Invalid):
            change_preferences(cast.owner, **wrong, actor=actor(cast.owner))
    prefer(cast.owner, MailFrequency.NONE, "en")
    prefer(cast.owner, MailFrequency.NONE, "en")
    event = Event.objects.get(action="user.preferences_changed")
    assert event.changes["mails"] == ["at_once", "none"]


def test_the_page_needs_a_sign_in_and_keeps_the_choice(cast):
    assert "/akun/login/" in client_for(None).get("/akun/pemberitahuan/").headers["Location"]
    client = client_for(cast.owner)
    assert client.post("/akun/pemberitahuan/", {"language": "en"}).status_code == 422
    client.post("/akun/pemberitahuan/", {"mails": "daily", "language": "en"})
    cast.owner.refresh_from_db()
    assert (cast.owner.mails, cast.owner.language) == ("daily", "en")
    page = client.get("/akun/pemberitahuan/").content.decode()
    assert 'value="daily"' in page


def test_it_is_a_periodic_task():
    assert send_digests.module_path in TABLE
    assert send_digests.call() == 0
