"""Malformed uploads, by the form and by tus: never a fault of the server, and nothing is kept that should not
be."""

import hashlib
from io import BytesIO
from random import Random
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from sipinter.assessment.record.models import AnswerEvidence
from sipinter.foundation.accounts.models import Membership
from sipinter.foundation.evidence.models import Blob, Evidence, Part, Upload
from sipinter.foundation.evidence.receiving.media import TAKEN
from sipinter.foundation.evidence.tus.protocol import ALGORITHMS, CONTENT_TYPE
from tests.assessment.round import Round
from tests.factories import client_for
from tests.judging import judge_files

from . import mutators
from .conftest import FUZZ, SEED, Files

pytestmark = pytest.mark.django_db
ROLES = (*["keeper"] * 24, "team", "pyb", "ppk", "verifier", None)


class RawFile(BytesIO):
    """A file for the test client under a name that Django's own class would clean."""

    def __init__(self, name: str, body: bytes, content_type: str) -> None:
        super().__init__(body)
        self.name, self.content_type = name, content_type


class Attacker:
    """Sends what chance says, as one of several people, and keeps the addresses of the uploads begun."""

    def __init__(self, round_: Round, chance: Random) -> None:
        self.round, self.chance = round_, chance
        self.base = f"/penilaian/{round_.assessment.pk}"
        self.clients = {role: self._client(role) for role in dict.fromkeys(ROLES)}
        self.open: list[tuple[str, bytes]] = []

    def _client(self, role: str | None) -> Client:
        client = client_for(self.round.users[role] if role else None, second_factor=True)
        client.raise_request_exception = False
        return client

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        client = self.clients[self.chance.choice(ROLES)]
        kind = headers.pop("Content-Type", CONTENT_TYPE)
        return client.generic(method, path, body, content_type=kind, headers=headers)

    def strike(self) -> Any:
        """One request; its answer."""
        return self.chance.choice((self.form, self.create, self.piece, self.piece, self.other))()

    def form(self) -> Any:
        name, body = mutators.file(self.chance)
        file = RawFile(name, body, self.chance.choice(("application/pdf", "text/html", "")))
        client = self.clients[self.chance.choice(ROLES)]
        return client.post(f"{self.base}/1.2/simpan/", {"files": file, "do": "stay"})

    def headers(self) -> dict[str, str]:
        """The version, mostly; now and then a header that does not belong here."""
        chance, found = self.chance, {"Tus-Resumable": "1.0.0"}
        if chance.random() < 0.1:
            found["Tus-Resumable"] = chance.choice(("", "0.2.2", "1.0", "\x00", "1.0.0, 1.0.0"))
        if chance.random() < 0.1:
            found["X-HTTP-Method-Override"] = chance.choice(
                ("PATCH", "HEAD", "DELETE", "TRACE", "patch", "", "\x00", "OPTIONS")
            )
        if chance.random() < 0.15:
            found["Upload-Checksum"] = chance.choice(mutators.ODD_CHECKSUMS)
        if chance.random() < 0.1:
            found["Content-Type"] = chance.choice(
                (
                    "",
                    "text/plain",
                    "multipart/form-data",
                    "multipart/form-data; boundary=x",
                    "application/json",
                    "application/x-www-form-urlencoded; charset=xyz",
                    CONTENT_TYPE + "; a=b",
                )
            )
        return found

    def create(self) -> Any:
        name, body = mutators.file(self.chance)
        headers = self.headers() | {
            "Upload-Length": mutators.number(len(body), self.chance),
            "Upload-Metadata": mutators.metadata(name, self.chance),
        }
        code = self.chance.choice(("1.1", "1.1", "3.4", "9.9", "%00", "1.1" * 100))
        sent = body if self.chance.random() < 0.3 else b""
        answer = self.ask("POST", f"{self.base}/{code}/unggah/", sent, headers)
        if answer.status_code == 201 and not sent:
            self.open.append((answer["Location"], body))
        return answer

    def piece(self) -> Any:
        path, body, row = self._chosen()
        offset = row.offset if row else 0
        end = self.chance.choice((len(body), len(body), offset + 1, offset, len(body) + 5, offset + 700))
        piece = (body + b"12345")[offset:end]
        headers = self.headers() | {"Upload-Offset": mutators.number(offset, self.chance)}
        if self.chance.random() < 0.1:
            algorithm = self.chance.choice(ALGORITHMS)
            headers["Upload-Checksum"] = f"{algorithm} {self.chance.choice(('', 'YQ==', 'x' * 28 + '='))}"
        return self.ask("PATCH", path, piece, headers)

    def other(self) -> Any:
        path, _body, _row = self._chosen()
        odd = ("/unggah/x/", f"/unggah/{'y' * 500}/", "/unggah/%00/", f"{path}%F0/")
        path = path if self.chance.random() < 0.7 else self.chance.choice(odd)
        methods = ("HEAD", "HEAD", "HEAD", "OPTIONS", "GET", "PUT", "POST", "PATCH", "BREW", "DELETE")
        method = self.chance.choice(methods)
        return self.ask(method, path, self.chance.randbytes(self.chance.randrange(3)), self.headers())

    def _chosen(self) -> tuple[str, bytes, Upload | None]:
        if not self.open:
            return "/unggah/tidak-ada/", b"", None
        path, body = self.chance.choice(self.open)
        row = Upload.objects.filter(pk=path.split("/")[2]).first()
        if row is None or row.evidence_id:
            self.open.remove((path, body))
        return path, body, row


def check_stored(files: Files) -> None:
    """Blobs are of kinds that are taken and hash to their name; nothing else lies about but known parts."""
    blobs, parts = list(Blob.objects.exclude(judgement="refused")), list(Part.objects.all())
    for blob in blobs:
        assert blob.media_type in TAKEN
        with default_storage.open(blob.path) as file:
            body = file.read()
        assert (hashlib.sha256(body).hexdigest(), len(body)) == (blob.sha256, blob.size)
    assert files() == {row.path for row in (*blobs, *parts)}
    assert Evidence.objects.count() == Blob.objects.count()
    for upload in Upload.objects.all():
        stored = sum(default_storage.size(part.path) for part in upload.parts.all())
        assert stored == (0 if upload.evidence_id else upload.offset)
        assert (upload.offset == upload.size) == (upload.evidence_id is not None)


def test_malformed_uploads(files: Files) -> None:
    round_, chance = Round().start(), Random(SEED)
    Membership.objects.filter(user=round_.users["team"]).update(scope=["3"])
    attacker, tally = Attacker(round_, chance), dict[int, int]()
    for turn in range(FUZZ):
        answer = attacker.strike()
        status = answer.status_code
        tally[status] = tally.get(status, 0) + 1
        assert status < 500, (turn, answer.request, getattr(answer, "exc_info", None))
        assert b"Traceback" not in answer.content, (turn, answer.request)
        if turn % 2000 == 0:
            check_stored(files)
    judge_files()
    assert not Blob.objects.filter(judgement="waiting").exists()
    check_stored(files)
    assert AnswerEvidence.objects.values("evidence").distinct().count() == Evidence.objects.count()
    assert set(tally) - {200, 201, 204, 302}  # most of it was refused
    told = ", ".join(f"{status}: {count}" for status, count in sorted(tally.items()))
    print(f"{FUZZ} requests, answers {told}; {Blob.objects.count()} files taken")
