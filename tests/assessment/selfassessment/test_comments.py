"""Comments inside an agency: who reads them, who is called by name."""

import pytest

from sipinter.assessment.record.models import Comment
from sipinter.assessment.selfassessment.services.comments import add_comment, mentioned_people
from sipinter.foundation.access.errors import Denied, Invalid
from sipinter.foundation.accounts.models import Notification, User
from sipinter.foundation.audit.models import Event
from tests.factories import actor, client_for, make_user

from ..round import Round
from ..teamwork import Shared

pytestmark = pytest.mark.django_db


def test_a_mention_tells_that_person_and_nobody_else() -> None:
    shared = Shared()
    add_comment(shared.answer("3.4"), "@bayu pratama, 50% sudah ada?", actor=shared.who("keeper"))
    told = Notification.objects.get(subject__contains="3.4")
    assert told.user == shared.bayu
    assert told.path == f"/penilaian/{shared.assessment.pk}/3.4/"
    assert list(Comment.objects.get().mentioned.all()) == [shared.bayu]


def test_who_sees_only_what_is_asked_is_called_where_they_can_read_it() -> None:
    shared = Shared()
    add_comment(shared.answer("3.4"), "@Wulan", actor=shared.who("keeper"))
    assert not Notification.objects.filter(user=shared.wulan).exists()
    shared.ask("3.4")
    add_comment(shared.answer("3.4"), "@Wulan", actor=shared.who("keeper"))
    told = Notification.objects.filter(user=shared.wulan).first()
    assert told is not None
    assert told.path.endswith("/tugas-saya/")


@pytest.mark.parametrize(
    ("body", "called"),
    [
        ("@Rina Lestari tolong", ["Rina Lestari"]),
        ("@rina tolong", []),  # two of that name
        ("@Budi.", ["Budi Santosa"]),
        ("surel budi@Budi.example", []),
        ("@Budiman", []),
        ("@Budi dan @Rina Utami", ["Rina Utami", "Budi Santosa"]),
    ],
)
def test_names_are_taken_whole_or_by_their_first_word_when_only_one_has_it(body: str, called) -> None:
    people = [User(name=name) for name in ("Rina Lestari", "Rina Utami", "Budi Santosa")]
    assert [user.name for user in mentioned_people(body, people)] == called


@pytest.mark.parametrize("role", ["verifier", "coordinator", "plenary", "administrator"])
def test_the_supervisor_neither_reads_nor_writes_them(role: str) -> None:
    round_ = Round().verification()
    add_comment(round_.answer("3.4"), "RAHASIA-INTERNAL", actor=round_.who("keeper"))
    with pytest.raises(Denied):
        add_comment(round_.answer("3.4"), "Halo", actor=round_.who(role))
    client = client_for(round_.users[role], second_factor=True)
    here = round_.assessment.pk
    for path in (
        f"/penilaian/{here}/3.4/",
        f"/penilaian/{here}/riwayat/",
        f"/penilaian/{here}/riwayat/?indicator=3.4",
        f"/desk/{here}/3.4/",
        f"/desk/{here}/",
    ):
        response = client.get(path)
        assert response.status_code in (200, 302), path
        assert "RAHASIA-INTERNAL" not in response.content.decode()
    assert client.get(f"/penilaian/{here}/pembagian/").status_code == 403
    assert (
        "RAHASIA-INTERNAL" in client_for(round_.users["pyb"]).get(f"/penilaian/{here}/3.4/").content.decode()
    )


def test_the_trail_tells_that_and_not_what_was_said() -> None:
    round_ = Round().start()
    add_comment(round_.answer("3.4"), "RAHASIA-INTERNAL", actor=round_.who("team"))
    event = Event.objects.get(action="comment.written")
    assert event.changes["code"] == [None, "3.4"]
    assert "RAHASIA-INTERNAL" not in str(event.changes)


def test_an_empty_comment_and_a_stranger_are_refused() -> None:
    round_ = Round().start()
    with pytest.raises(Invalid):
        add_comment(round_.answer("3.4"), "  ", actor=round_.who("team"))
    with pytest.raises(Denied):
        add_comment(round_.answer("3.4"), "Halo", actor=actor(make_user("Orang Lain")))


def test_from_the_page_and_back() -> None:
    round_ = Round().start()
    client, here = client_for(round_.users["team"]), f"/penilaian/{round_.assessment.pk}/3.4/"
    client.post(f"{here}komentar/", {"comment": "Siapa yang memegang SK?"})
    assert "Siapa yang memegang SK?" in client.get(here).content.decode()
    assert client.post(f"{here}komentar/", {"comment": " "}).status_code == 422
