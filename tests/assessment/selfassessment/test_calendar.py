"""One's days as an iCalendar file: what stands in it, that it is well-formed, who gets it."""

from datetime import timedelta

import pytest
from django.utils import translation
from icalendar import Calendar

from sipinter.assessment.record.models import CalendarAddress
from sipinter.assessment.selfassessment.queries.calendar import calendar_days, ical_file
from sipinter.assessment.selfassessment.services.calendars import close_calendar, open_calendar
from sipinter.foundation.access.errors import Denied
from sipinter.foundation.audit.models import Event
from tests.factories import actor, client_for, end

from ..teamwork import Shared

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared() -> Shared:
    shared = Shared()
    shared.ask("3.4", "4.1", days=4, note="SK; yang ber-“nomor”, dan\ntanggal " + "panjang sekali " * 12)
    return shared


def events(body: bytes) -> dict[str, dict]:
    calendar = Calendar.from_ical(body)
    assert calendar["version"] == "2.0"
    assert calendar["prodid"]
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def opened(shared: Shared, user) -> str:
    return open_calendar(user, actor=actor(user))


def test_stages_of_the_round_and_what_is_asked(shared: Shared) -> None:
    with translation.override("id"):
        found = events(ical_file(calendar_days(actor(shared.wulan))))
    titles = {str(event["summary"]): event.decoded("dtstart") for event in found.values()}
    assert titles["Hari terakhir pengisian · " + shared.cycle.name] == shared.cycle.filling_closes
    (asked,) = [title for title in titles if "3.4, 4.1" in title]
    assert titles[asked] == shared.day(4)
    assert not any("Pleno" in title for title in titles)  # that is the supervisor's
    event = next(e for e in found.values() if "3.4" in str(e["summary"]))
    assert str(event["description"]).startswith("SK; yang ber-“nomor”, dan\ntanggal")
    assert str(event["url"]).endswith(f"/penilaian/{shared.assessment.pk}/tugas-saya/")
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(days=1)
    desk = events(ical_file(calendar_days(shared.who("verifier"))))
    assert any("Plenary" in str(event["summary"]) for event in desk.values())
    assert not any("3.4" in str(event["summary"]) for event in desk.values())


def test_lines_are_as_the_standard_wants_them(shared: Shared) -> None:
    body = ical_file(calendar_days(actor(shared.wulan)))
    lines = body.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    for event in Calendar.from_ical(body).walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(event)


def test_a_moved_day_keeps_its_name(shared: Shared) -> None:
    before = events(ical_file(calendar_days(actor(shared.wulan))))
    shared.ask("3.4", "4.1", days=6)
    after = events(ical_file(calendar_days(actor(shared.wulan))))
    assert set(after) == set(before)


def test_the_private_address_needs_no_session_and_can_be_closed(shared: Shared) -> None:
    token, anybody = opened(shared, shared.wulan), client_for(None)
    response = anybody.get(f"/kalender/langganan/{token}.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in response.headers["Cache-Control"]
    assert any("3.4" in str(event["summary"]) for event in events(response.content).values())
    assert token not in str(CalendarAddress.objects.values())
    newer = opened(shared, shared.wulan)
    assert anybody.get(f"/kalender/langganan/{token}.ics").status_code == 404
    assert anybody.get(f"/kalender/langganan/{newer}.ics").status_code == 200
    assert close_calendar(shared.wulan, actor=actor(shared.wulan))
    assert anybody.get(f"/kalender/langganan/{newer}.ics").status_code == 404
    assert [e.action for e in Event.objects.filter(action__startswith="calendar.").order_by("id")] == [
        "calendar.opened",
        "calendar.opened",
        "calendar.closed",
    ]


def test_it_shows_what_one_may_see_now_and_nothing_to_closed_accounts(shared: Shared) -> None:
    token, anybody = opened(shared, shared.wulan), client_for(None)
    end(shared.wulan.memberships.get())
    assert events(anybody.get(f"/kalender/langganan/{token}.ics").content) == {}
    shared.wulan.is_active = False
    shared.wulan.save()
    assert anybody.get(f"/kalender/langganan/{token}.ics").status_code == 404


def test_roles_that_ask_for_a_second_factor_do_not_count_there(shared: Shared, settings) -> None:
    settings.MFA_REQUIRED_ROLES = ["verifier"]
    token = opened(shared, shared.users["verifier"])
    assert events(client_for(None).get(f"/kalender/langganan/{token}.ics").content) == {}


def test_nobody_opens_or_closes_anothers(shared: Shared) -> None:
    with pytest.raises(Denied):
        open_calendar(shared.wulan, actor=shared.who("keeper"))
    with pytest.raises(Denied):
        close_calendar(shared.wulan, actor=shared.who("keeper"))


def test_the_page_shows_the_address_once_and_the_file_is_in_its_language(shared: Shared) -> None:
    client = client_for(shared.wulan)
    page = client.post("/kalender/").content.decode()
    assert "/kalender/langganan/" in page
    again = client.get("/kalender/").content.decode()
    assert "/kalender/langganan/" not in again
    response = client.get("/kalender/sipinter.ics")
    assert "sipinter.ics" in response.headers["Content-Disposition"]
    assert any("Last day" in str(event["summary"]) for event in events(response.content).values())
    client.post("/kalender/tutup/")
    assert not CalendarAddress.objects.exists()
    assert "in" not in client_for(None).get("/kalender/").headers["Location"].partition("/akun/login/")[0]
