"""Notifications and one's own name."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from sipinter.foundation.accounts.models import Notification
from sipinter.foundation.accounts.notify import notify
from sipinter.foundation.audit.models import Refusal

from ...factories import client_for

LIST = reverse("accounts:notifications")


def test_one_sees_ones_own_only(cast):
    notify([cast.owner], "Untuk Rina", "<b>tebal</b>", mail=False)
    notify([cast.outsider], "Untuk Sari", mail=False)
    page = client_for(cast.owner).get(LIST).content.decode()
    assert "Untuk Rina" in page
    assert "&lt;b&gt;tebal" in page
    assert "Untuk Sari" not in page
    assert client_for(None).get(LIST).status_code == 302


def test_opening_marks_as_read_and_leads_on(cast):
    (row,) = notify([cast.owner], "Lihat", path="/tim/", mail=False)
    (bare,) = notify([cast.owner], "Tahu saja", mail=False)
    client = client_for(cast.owner)
    assert client.get(reverse("accounts:open_notification", args=[row.pk])).status_code == 405
    assert client.post(reverse("accounts:open_notification", args=[row.pk]))["Location"] == "/tim/"
    assert client.post(reverse("accounts:open_notification", args=[bare.pk]))["Location"] == LIST
    assert Notification.objects.filter(read_at=None).count() == 0


def test_marking_all(cast):
    notify([cast.owner], "Satu", mail=False)
    notify([cast.owner], "Dua", mail=False)
    notify([cast.outsider], "Tiga", mail=False)
    client_for(cast.owner).post(LIST)
    assert list(Notification.objects.filter(read_at=None).values_list("subject", flat=True)) == ["Tiga"]


def test_somebody_elses_is_not_found_and_stays_unread(cast):
    (row,) = notify([cast.owner], "Untuk Rina", path="/tim/", mail=False)
    response = client_for(cast.outsider).post(reverse("accounts:open_notification", args=[row.pk]))
    row.refresh_from_db()
    assert (response.status_code, row.read_at) == (404, None)
    assert Refusal.objects.get(action="access.refused").actor == cast.outsider


def test_the_number_of_queries_does_not_grow_with_the_rows(cast, django_assert_num_queries):
    client = client_for(cast.owner)
    notify([cast.owner], "Satu", mail=False)
    client.get(LIST)
    # session, user, roles, the agencies' time zone, count and rows of the page, unread in the head
    with django_assert_num_queries(7):
        client.get(LIST)
    notify([cast.owner], "Dua", mail=False)
    notify([cast.owner], "Tiga", mail=False)
    with django_assert_num_queries(7):
        client.get(LIST)


@pytest.mark.parametrize(
    ("zone", "said"),
    [("Asia/Jakarta", "10:05 WIB"), ("Asia/Makassar", "11:05 WITA"), ("Asia/Jayapura", "12:05 WIT")],
)
def test_times_are_those_of_ones_agency(cast, zone, said):
    (row,) = notify([cast.owner], "Satu", mail=False)
    Notification.objects.filter(pk=row.pk).update(created_at=datetime(2026, 11, 22, 3, 5, tzinfo=UTC))
    cast.agency.time_zone = zone
    cast.agency.save()
    page = client_for(cast.owner).get(LIST).content.decode()
    assert re.findall(r"\d\d:\d\d WI\w+", page) == [said]


def test_long_lists_have_pages(cast):
    for n in range(31):
        notify([cast.owner], f"Nomor {n:02d}.", mail=False)
    client = client_for(cast.owner)
    assert "Nomor 00." not in client.get(LIST).content.decode()
    assert "Nomor 00." in client.get(f"{LIST}?page=2").content.decode()


@pytest.mark.parametrize(
    ("name", "status", "kept"),
    [
        ("Rina Lestari, M.Si.", 302, "Rina Lestari, M.Si."),
        ("  ", 422, "Rina Lestari"),
        ("x" * 151, 422, "Rina Lestari"),
    ],
)
def test_ones_own_name(cast, name, status, kept):
    response = client_for(cast.owner).post(reverse("accounts:profile"), {"name": name})
    cast.owner.refresh_from_db()
    assert (response.status_code, cast.owner.name) == (status, kept)
