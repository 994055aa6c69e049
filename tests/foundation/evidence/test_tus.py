"""The tus protocol, point by point, as a client of it sees it."""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from sipinter.assessment.selfassessment.services.submission import request_review
from sipinter.foundation.access.errors import NotAnswering
from sipinter.foundation.audit.models import Event, Refusal
from sipinter.foundation.evidence.models import Blob, Evidence, Part, Upload
from sipinter.foundation.evidence.storage import store
from sipinter.foundation.evidence.tus import parts
from sipinter.foundation.evidence.tus.services import UNFINISHED_AT_ONCE, expire_uploads
from sipinter.foundation.work import periodic
from sipinter.foundation.work.worker import drain_queue
from tests import factories
from tests.assessment.round import Round
from tests.factories import client_for, make_agency, make_user

from . import making

pytestmark = pytest.mark.django_db
BODY = making.pdf(2, "tus") + b"\n" * 3000
OCTETS = "application/offset+octet-stream"
Files = Callable[[], list[str]]


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


class Tus:
    """A plain client: every request with the version, unless it says otherwise."""

    def __init__(self, client: Client, round_: Round, code: str = "1.1") -> None:
        self.client, self.path = client, f"/penilaian/{round_.assessment.pk}/{code}/unggah/"

    def ask(self, method: str, path: str = "", body: bytes = b"", **headers: str | None) -> HttpResponse:
        sent = {"Tus-Resumable": "1.0.0"} | {k.replace("_", "-"): v for k, v in headers.items()}
        if body or method == "PATCH":
            sent.setdefault("Content-Type", OCTETS)
        given = {name: value for name, value in sent.items() if value is not None}
        answer: Any = self.client.generic(
            method, path or self.path, body, content_type=given.get("Content-Type", ""), headers=given
        )
        return answer

    def create(self, size: int = len(BODY), name: str = "SK Rencana.pdf", **more: Any) -> HttpResponse:
        return self.ask("POST", Upload_Length=str(size), Upload_Metadata=f"filename {b64(name)}", **more)

    def begin(self, size: int = len(BODY), name: str = "SK Rencana.pdf") -> str:
        answer = self.create(size, name)
        assert answer.status_code == 201, answer.content
        return answer["Location"]

    def patch(self, path: str, offset: int, body: bytes, **more: Any) -> HttpResponse:
        return self.ask("PATCH", path, body, Upload_Offset=str(offset), **more)


@pytest.fixture
def round_() -> Round:
    return Round().start()


@pytest.fixture
def tus(round_: Round) -> Tus:
    return Tus(client_for(round_.users["keeper"]), round_)


def test_what_the_server_can_do(tus: Tus) -> None:
    for path in (tus.path, tus.begin()):
        answer = tus.ask("OPTIONS", path, Tus_Resumable=None)
        assert answer.status_code == 204
        assert answer["Tus-Version"] == "1.0.0"
        assert answer["Tus-Max-Size"] == str(configured.EVIDENCE_MAX_BYTES)
        assert set(answer["Tus-Extension"].split(",")) == {
            "creation",
            "creation-with-upload",
            "checksum",
            "termination",
            "expiration",
        }
        assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_a_file_in_three_pieces(tus: Tus, round_: Round, files: Files) -> None:
    path = tus.begin()
    offset = 0
    for end in (100, 2000, len(BODY)):
        head = tus.ask("HEAD", path)
        assert (head["Upload-Offset"], head["Upload-Length"]) == (str(offset), str(len(BODY)))
        assert head["Cache-Control"].startswith("no-store")
        assert head["Upload-Metadata"] == f"filename {b64('SK Rencana.pdf')}"
        assert head["Upload-Expires"].endswith("GMT")
        answer = tus.patch(path, offset, BODY[offset:end])
        assert (answer.status_code, answer["Upload-Offset"]) == (204, str(end))
        assert answer["Tus-Resumable"] == "1.0.0"
        offset = end
    assert "SK%20Rencana.pdf" in answer["X-Sentence"]
    evidence = Evidence.objects.get()
    assert evidence.title == "SK Rencana.pdf"
    assert evidence.blob is not None
    assert evidence.blob.sha256 == hashlib.sha256(BODY).hexdigest()
    assert files() == [evidence.blob.path]
    assert not Part.objects.exists()
    assert round_.answer("1.1").evidence.count() == 1


def test_the_last_piece_repeated_takes_nothing_twice(tus: Tus) -> None:
    path = tus.begin()
    tus.patch(path, 0, BODY)
    again = tus.patch(path, 0, BODY)
    assert again.status_code == 409
    assert tus.ask("HEAD", path)["Upload-Offset"] == str(len(BODY))
    assert tus.patch(path, len(BODY), b"").status_code == 204
    assert Evidence.objects.count() == 1
    assert Event.objects.filter(action="evidence.added").count() == 1


def test_creation_with_the_first_bytes(tus: Tus) -> None:
    answer = tus.create(body=BODY[:50])
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "50")
    assert tus.patch(answer["Location"], 50, BODY[50:]).status_code == 204
    whole = tus.create(len(BODY) + 1, "Lain.pdf", body=BODY + b"\n")
    assert (whole.status_code, whole["Upload-Offset"]) == (201, str(len(BODY) + 1))
    assert Evidence.objects.count() == 2


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (412, {"Tus_Resumable": None}),
        (412, {"Tus_Resumable": "0.2.2"}),
        (400, {"Upload_Length": None}),
        (400, {"Upload_Length": "-1"}),
        (400, {"Upload_Length": "1e3"}),
        (400, {"Upload_Length": "٣"}),
        (400, {"Upload_Length": "9" * 40}),
        (400, {"Upload_Length": None, "Upload_Defer_Length": "1"}),
        (413, {"Upload_Length": str(configured.EVIDENCE_MAX_BYTES + 1)}),
        (400, {"Upload_Metadata": "filename ***"}),
        (400, {"Upload_Metadata": "filename YQ==,filename YQ=="}),
        (400, {"Upload_Metadata": ",,"}),
        (400, {"Upload_Metadata": "filename " + base64.b64encode(b"\xff\xfe").decode()}),
        (400, {"Upload_Metadata": "filename " + "YWFh" * 2000}),
    ],
)
def test_a_creation_that_does_not_hold(tus: Tus, status: int, headers: dict[str, str | None]) -> None:
    answer = tus.ask("POST", **({"Upload_Length": "10", "Upload_Metadata": "filename YQ=="} | headers))
    assert answer.status_code == status
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert ("Tus-Version" in answer) == (status == 412)
    assert not Upload.objects.exists()


def test_bytes_of_a_creation_need_their_type_and_their_room(tus: Tus) -> None:
    assert tus.create(body=b"abc", **{"Content-Type": "text/plain"}).status_code == 415
    assert tus.create(2, body=b"abc").status_code == 413
    assert not Upload.objects.exists()


def test_pieces_that_do_not_hold(tus: Tus, files: Files) -> None:
    path = tus.begin()
    tus.patch(path, 0, BODY[:10])
    before = files()
    wrong = [
        (415, {"Content-Type": "application/octet-stream"}, "10", b"x"),
        (400, {}, "zehn", b"x"),
        (400, {}, "-1", b"x"),
        (409, {}, "9", b"x"),
        (409, {}, "11", b"x"),
        (413, {}, "10", BODY),
        (412, {"Tus_Resumable": "2.0.0"}, "10", b"x"),
        (400, {"Upload_Checksum": "md5 " + b64("x")}, "10", b"x"),
        (400, {"Upload_Checksum": "sha1 " + b64("x")}, "10", b"x"),
        (400, {"Upload_Checksum": "sha1"}, "10", b"x"),
    ]
    for status, headers, offset, body in wrong:
        answer = tus.ask("PATCH", path, body, **({"Upload_Offset": offset} | headers))
        assert answer.status_code == status, (status, headers, answer.content)
    assert tus.ask("PATCH", path, b"x").status_code == 400
    assert tus.ask("HEAD", path)["Upload-Offset"] == "10"
    assert files() == before


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_checksums(tus: Tus, files: Files, algorithm: str) -> None:
    path = tus.begin()
    good = base64.b64encode(hashlib.new(algorithm, BODY[:500]).digest()).decode()
    bad = tus.patch(path, 0, BODY[:499] + b"?", Upload_Checksum=f"{algorithm} {good}")
    assert bad.status_code == 460
    assert files() == []
    assert tus.ask("HEAD", path)["Upload-Offset"] == "0"
    answer = tus.patch(path, 0, BODY[:500], Upload_Checksum=f"{algorithm} {good}")
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "500")
    rest = base64.b64encode(hashlib.new(algorithm, BODY[500:]).digest()).decode()
    assert tus.patch(path, 500, BODY[500:], Upload_Checksum=f"{algorithm} {rest}").status_code == 204
    assert Evidence.objects.count() == 1


def test_termination(tus: Tus, files: Files) -> None:
    path = tus.begin()
    tus.patch(path, 0, BODY[:100])
    assert len(files()) == 1
    assert tus.ask("DELETE", path).status_code == 204
    assert files() == []
    assert tus.ask("HEAD", path).status_code == 404
    assert tus.patch(path, 100, BODY[100:]).status_code == 404
    assert not Upload.objects.exists()


def test_termination_of_a_finished_upload_leaves_the_evidence(tus: Tus, files: Files) -> None:
    path = tus.begin()
    tus.patch(path, 0, BODY)
    assert tus.ask("DELETE", path).status_code == 204
    assert Evidence.objects.count() == len(files()) == 1


def test_expiration_on_access(tus: Tus, files: Files) -> None:
    path = tus.begin()
    tus.patch(path, 0, BODY[:100])
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert tus.patch(path, 100, BODY[100:]).status_code == 410
    assert files() == []
    assert tus.ask("HEAD", path).status_code == 404


def test_expiration_by_the_sweep(tus: Tus, files: Files) -> None:
    done, open_, old = tus.begin(), tus.begin(), tus.begin()
    tus.patch(done, 0, BODY)
    tus.patch(open_, 0, BODY[:10])
    tus.patch(old, 0, BODY[:10])
    tokens = [path.rstrip("/").rsplit("/", 1)[-1] for path in (done, open_, old)]
    Upload.objects.filter(pk__in=[tokens[0], tokens[2]]).update(expires_at=timezone.now())
    assert expire_uploads() == 2
    assert list(Upload.objects.values_list("pk", flat=True)) == [tokens[1]]
    assert len(files()) == 2
    Upload.objects.all().delete()  # as if the rows were lost: bytes that no upload knows go too
    expire_uploads()
    assert files() == [Blob.objects.get().path]


def test_the_worker_sweeps_every_hour(tus: Tus, files: Files) -> None:
    tus.patch(tus.begin(), 0, BODY[:10])
    Upload.objects.update(expires_at=timezone.now())
    assert "sipinter.foundation.evidence.tus.services.forget_uploads" in periodic.queue_due_tasks()
    drain_queue()
    assert (Upload.objects.count(), files()) == (0, [])


def test_ten_files_of_25_pieces_at_once_stay_under_a_persons_limit(tus: Tus) -> None:
    pieces = [BODY[n::25] for n in range(25)]
    paths = [tus.begin(sum(map(len, pieces)) + 1) for _file in range(10)]
    offset = 0
    for piece in pieces:
        assert [tus.patch(path, offset, piece).status_code for path in paths] == [204] * 10
        offset += len(piece)


def test_too_many_pieces_are_told_to_wait_and_lose_nothing(tus: Tus, settings: Settings) -> None:
    settings.LIMITS = {**settings.LIMITS, "upload": "2/m/user"}
    path = tus.begin()
    assert tus.patch(path, 0, BODY[:10]).status_code == 204
    for refused in (tus.patch(path, 10, BODY[10:]), tus.create()):
        assert (refused.status_code, refused["Retry-After"], refused["Tus-Resumable"]) == (429, "60", "1.0.0")
        assert refused["Content-Type"].startswith("text/plain")
    assert tus.ask("HEAD", path)["Upload-Offset"] == "10"
    cache.clear()  # a minute later
    assert tus.patch(path, 10, BODY[10:]).status_code == 204


def test_the_page_goes_on_after_429_longer_than_the_limit_lasts() -> None:
    script = finders.find("selfassessment/upload.js")
    assert script is not None
    text = Path(script).read_text()
    assert "[409, 423, 429].includes(status)" in text
    (delays,) = re.findall(r"DELAYS = \[([\d, ]+)\]", text)
    assert sum(int(delay) for delay in delays.split(",")) > 60_000


def test_every_piece_gives_the_upload_more_time(tus: Tus) -> None:
    path = tus.begin()
    soon = timezone.now() + timedelta(minutes=1)
    Upload.objects.update(expires_at=soon)
    tus.patch(path, 0, BODY[:10])
    assert Upload.objects.get().expires_at > soon + timedelta(hours=1)


def test_a_method_in_a_header(tus: Tus) -> None:
    path = tus.begin()
    answer = tus.ask("POST", path, BODY[:10], Upload_Offset="0", X_HTTP_Method_Override="PATCH")
    assert answer.status_code == 204
    head = tus.ask("POST", path, X_HTTP_Method_Override="head")
    assert head["Upload-Offset"] == "10"
    assert tus.ask("POST", path, X_HTTP_Method_Override="DELETE").status_code == 204
    assert not Upload.objects.exists()


def test_other_methods(tus: Tus) -> None:
    path = tus.begin()
    assert tus.ask("GET", path)["Allow"] == "HEAD, PATCH, DELETE, OPTIONS"
    assert tus.ask("PUT", tus.path).status_code == 405


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"MZ" + bytes(3000), "program.pdf", "Windows program"),
        (BODY, "tabel.xlsx", "its name ends in .xlsx"),
        (b"", "kosong.pdf", "empty"),
    ],
)
def test_a_refusal_is_a_sentence_and_nothing_stays(
    tus: Tus, files: Files, body: bytes, name: str, words: str
) -> None:
    answer = tus.create(len(body), name)
    if body:
        assert tus.patch(answer["Location"], 0, body[:10]).status_code == 204
        answer = tus.patch(answer["Location"], 10, body[10:])
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert files() == []
    assert not Upload.objects.exists()
    assert not Evidence.objects.exists()


def test_the_same_file_again_says_so(tus: Tus) -> None:
    tus.patch(tus.begin(), 0, BODY)
    answer = tus.patch(tus.begin(name="Salinan.pdf"), 0, BODY)
    assert "is%20the%20same%20file" in answer["X-Sentence"]
    assert Evidence.objects.count() == 1


def test_an_answer_that_closed_meanwhile(tus: Tus, round_: Round, files: Files) -> None:
    path = tus.begin()
    tus.patch(path, 0, BODY[:10])
    request_review(round_.assessment, actor=round_.who("keeper"))
    answer = tus.patch(path, 10, BODY[10:])
    assert answer.status_code in (403, 422)
    assert answer.content
    assert files() == []
    assert tus.create().status_code in (403, 422)
    assert not Evidence.objects.exists()


def test_an_indicator_that_is_none(round_: Round) -> None:
    assert Tus(client_for(round_.users["keeper"]), round_, "99.9").create().status_code == 422


@pytest.mark.parametrize("role", ["ppk", "verifier"])
def test_who_may_not_write_may_not_begin(round_: Round, role: str) -> None:
    answer = Tus(client_for(round_.users[role], second_factor=True), round_).create()
    assert answer.status_code in (403, 404)
    assert not Upload.objects.exists()


def test_scope_of_a_team_member(round_: Round) -> None:
    member = make_user("Tini", ("team", round_.agency, ["2"]))
    assert Tus(client_for(member), round_).create().status_code == 403
    assert Tus(client_for(member), round_, "2.1").create().status_code == 201


def test_a_foreign_upload_is_not_there_and_on_record(tus: Tus, round_: Round) -> None:
    path = tus.begin()
    stranger = make_user("Sari", ("keeper", make_agency("Pemerintah Kota Kenanga", "kota")))
    for user in (stranger, round_.users["team"]):
        other = Tus(client_for(user), round_)
        for number, method in enumerate(("HEAD", "PATCH", "DELETE"), 1):
            seen = Refusal.objects.filter(action="access.refused", actor_id=user.pk, agency=round_.agency)
            assert other.ask(method, path, Upload_Offset="0").status_code == 404
            assert sum(row.count for row in seen) == number
    assert Upload.objects.count() == 1
    assert Tus(client_for(stranger), round_).create().status_code == 404


def test_signed_out(tus: Tus, round_: Round) -> None:
    path = tus.begin()
    nobody = Tus(client_for(None), round_)
    assert nobody.ask("HEAD", path).status_code == 401
    assert nobody.create().status_code == 401
    assert nobody.ask("POST", Tus_Resumable=None).status_code == 302


def test_the_security_token_is_asked_for(round_: Round) -> None:
    client = client_for(round_.users["keeper"])
    client.handler.enforce_csrf_checks = True
    tus = Tus(client, round_)
    assert tus.create().status_code == 403
    page = client.get(f"/penilaian/{round_.assessment.pk}/1.1/").content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    path = tus.create(X_CSRFToken=token)["Location"]
    assert tus.patch(path, 0, b"x").status_code == 403
    assert tus.patch(path, 0, b"x", X_CSRFToken=token).status_code == 204


def test_the_agencys_room(tus: Tus, settings: Settings) -> None:
    settings.EVIDENCE_QUOTA_MB = 1
    assert tus.create(1024 * 1024).status_code == 201
    answer = tus.create(1024 * 1024 + 1)
    assert answer.status_code == 422
    assert "no room" in answer.content.decode()


def test_the_oldest_of_many_gives_way(tus: Tus, files: Files) -> None:
    first = tus.begin()
    tus.patch(first, 0, b"x")
    for _ in range(UNFINISHED_AT_ONCE):
        last = tus.begin()
    assert Upload.objects.count() == UNFINISHED_AT_ONCE
    assert tus.ask("HEAD", first).status_code == 404
    assert tus.ask("HEAD", last).status_code == 200
    assert files() == []


def test_stored_bytes_that_are_lost(tus: Tus, files: Files) -> None:
    path = tus.begin()
    tus.patch(path, 0, BODY[:10])
    store.remove_files(files()[0])
    assert tus.patch(path, 10, BODY[10:]).status_code == 410
    assert tus.ask("HEAD", path).status_code == 404
    assert not Evidence.objects.exists()


def test_a_storage_that_is_away_costs_nothing_that_was_sent(
    tus: Tus, monkeypatch: pytest.MonkeyPatch, files: Files
) -> None:
    path = tus.begin()
    assert tus.patch(path, 0, BODY[:2000]).status_code == 204
    with monkeypatch.context() as away:
        away.setattr("sipinter.foundation.evidence.storage.store.put_file", _not_there)
        assert tus.patch(path, 2000, BODY[2000:]).status_code == 503
    assert tus.ask("HEAD", path)["Upload-Offset"] == "2000"
    assert tus.patch(path, 2000, BODY[2000:]).status_code == 204
    assert files() == [Blob.objects.get().path]


def _not_there(*_arguments: object) -> bool:
    raise NotAnswering("The storage does not answer.")


@pytest.mark.parametrize("what", ["role", "session"])
def test_what_ended_while_the_bytes_came_gives_no_right(
    tus: Tus, round_: Round, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    path, keeper = tus.begin(), round_.users["keeper"]

    def slowly(*given: Any, **options: Any) -> Any:
        if what == "role":
            factories.end(keeper.memberships.get())
        else:
            Session.objects.all().delete()
        return fill(*given, **options)

    fill = parts.fill_piece
    monkeypatch.setattr(parts, "fill_piece", slowly)
    assert tus.patch(path, 0, BODY).status_code in (403, 404)
    assert not Evidence.objects.exists()
