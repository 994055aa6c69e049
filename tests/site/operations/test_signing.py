"""The key is in one process, which signs what the plenary has decided and nothing else."""

import json
import stat
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from deploy.process import NotStarted
from deploy.softhsm import KEY, MODULE, PIN, TOKEN, SoftToken
from sipinter.assessment.decisions.papers import store_decision_documents, unsigned_document
from sipinter.assessment.decisions.services.decisions import LevelChange, correct_decision, publish_decision
from sipinter.assessment.decisions.services.publication import confirm_publication, request_publication
from sipinter.assessment.record.models import Decision, DecisionDocument, Result, Snapshot
from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.audit.checkpoints import is_genuine_checkpoint, make_checkpoint
from sipinter.foundation.audit.models import Checkpoint, Event
from sipinter.foundation.audit.services import hash_event, hashed_content
from sipinter.foundation.documents.signing import detached, identity
from sipinter.foundation.documents.signing.apart import SigningDown, SigningRefused, ask_signature
from sipinter.foundation.documents.signing.signer import sign_pdf
from sipinter.foundation.documents.signing.subjects import SigningKind, SigningSubject
from sipinter.foundation.documents.signing.verifier import verify_pdf
from sipinter.foundation.evidence.storage import store
from sipinter.foundation.work.worker import drain_queue
from sipinter.site.operations.backup.signature import sign_end
from tests.assessment.round import Round
from tests.foundation.documents.making import certificate_for, pkcs12_file
from tests.unguarded import unguarded

from .signing import PASSWORD, SigningProcess, sign_apart, signing_process, signing_program

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def process(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SigningProcess]:
    with signing_process(tmp_path_factory.mktemp("signing")) as running:
        yield running


@pytest.fixture
def apart(settings: Any, process: SigningProcess) -> SigningProcess:
    sign_apart(settings, process)
    return process


def journal(process: SigningProcess) -> list[dict[str, Any]]:
    return [json.loads(line) for line in process.journal.read_text().splitlines()]


def sent(decision: Decision) -> tuple[SigningSubject, bytes]:
    """A letter as the site asks to have it signed."""
    pdf = unsigned_document(decision, DecisionDocument.Kind.LETTER).pdf
    return SigningSubject(SigningKind.LETTER, decision.code), pdf


def test_a_site_without_a_key_publishes_a_decision_whose_papers_verify(apart: SigningProcess) -> None:
    with pytest.raises(ImproperlyConfigured, match="in the signing process only"):
        identity.load_identity()
    round_ = Round().decide(4)
    drain_queue()
    publish_decision(round_.assessment, actor=round_.who("plenary"))
    papers = round_.decision.documents.all()
    assert {paper.kind for paper in papers} == {"letter", "certificate"}
    for paper in papers:
        body = store.get_bytes(paper.path)
        assert body is not None
        assert verify_pdf(body).valid
        (line,) = [entry for entry in journal(apart) if entry.get("sha256") == paper.sha256]
        assert (line["done"], line["kind"], line["about"]) == ("signed", paper.kind, round_.decision.code)
    assert stat.S_IMODE(apart.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(apart.journal.stat().st_mode) == 0o600


def test_a_correction_gets_its_papers_once_it_is_committed(apart: SigningProcess) -> None:
    round_ = Round().publish(4)
    correction = correct_decision(
        round_.assessment,
        decided_on=round_.decision.decided_on,
        changes={"1.1": LevelChange(2, "Bukti tidak berlaku.")},
        reason="Keberatan",
        actor=round_.who("plenary"),
    )
    drain_queue()
    assert Result.objects.get(is_current=True).decision == correction
    assert correction.documents.filter(kind="letter").exists()


def test_a_decision_without_the_plenarys_record_is_not_signed(apart: SigningProcess) -> None:
    """Written by whoever holds the database: the row alone, with an event that nobody sealed."""
    decision = Round().decide().decision
    snapshot = Snapshot.objects.get(pk=decision.snapshot_id)
    snapshot.pk = None
    snapshot.save(force_insert=True)
    columns = Decision.objects.values().get(pk=decision.pk)
    forged = Decision.objects.create(
        **{**columns, "id": None, "snapshot_id": snapshot.pk, "code": "2222-3333-4444-5555", "number": "99"}
    )
    _subject, pdf = sent(decision)
    subject = SigningSubject(SigningKind.LETTER, forged.code)
    with pytest.raises(SigningRefused, match="tidak memuat catatan rapat pleno untuk penetapan ini"):
        sign_pdf(pdf, reason="", subject=subject)
    with unguarded():
        made = Event.objects.filter(action="decision.made")
        made.update(target=f"decision:{forged.pk}")
        (event,) = made
        made.update(hash=hash_event(event.previous_hash, hashed_content(event)), mac="")
    with pytest.raises(SigningRefused, match="tidak memuat catatan rapat pleno untuk penetapan ini"):
        sign_pdf(pdf, reason="", subject=subject)
    assert journal(apart)[-1]["about"] == "2222-3333-4444-5555"
    assert journal(apart)[-1]["done"] == "refused"


def test_changed_figures_are_not_signed(apart: SigningProcess) -> None:
    """In the row, in the paper, or in what the paper says besides."""
    decision = Round().decide().decision
    subject, pdf = sent(decision)
    decision.score = Decimal("409.5")
    other = unsigned_document(decision, DecisionDocument.Kind.LETTER).pdf
    with pytest.raises(SigningRefused, match="Dokumen ini tidak sesuai dengan catatan"):
        sign_pdf(other, reason="", subject=subject)
    aspect = decision.snapshot.aspects.first()
    assert aspect is not None
    was, aspect.score = aspect.score, aspect.score + 1
    aspect.save()
    with pytest.raises(SigningRefused, match="tidak menghasilkan nilai penetapan"):
        store_decision_documents(Decision.objects.get(pk=decision.pk))
    aspect.score = was
    aspect.save()
    decision.save()
    with pytest.raises(SigningRefused, match="Penetapan tidak sesuai dengan catatan rapat pleno"):
        store_decision_documents(Decision.objects.get(pk=decision.pk))
    refusals = [entry["why"] for entry in journal(apart)[-3:]]
    assert [entry["done"] for entry in journal(apart)[-3:]] == ["refused"] * 3
    assert all(refusals)
    assert verify_pdf(pdf).fault == "unsigned"


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (b'{"kind": "contract", "about": "", "length": 1}\nx', "Hal semacam ini tidak ditandatangani."),
        (b'{"kind": "letter", "about": "x", "length": 99999999}\nx', "Permintaan terlalu panjang."),
        (
            b'{"kind": "letter", "about": "x", "length": 1}\nxx',
            "Permintaan lebih panjang",
        ),
        (b'{"kind": "letter", "about": "x", "length": 9}\nx', "Permintaan terpotong."),
        (b"x" * 5000, "Ini bukan permintaan."),
        (b"[" * 4000 + b"\n", "Ini bukan permintaan."),
        (b'{"kind": "letter", "about": "x", "length": -1}\n', "Permintaan terlalu panjang."),
        (b'{"kind": "checkpoint", "about": "", "length": 5}\nhello', "Ini bukan titik periksa"),
        (b'{"kind": "backup", "about": "", "length": 5}\nhello', "Ini bukan bagian akhir cadangan."),
        (
            b'{"kind": "minutes", "about": "7", "length": 5}\nhello',
            "tidak memuat catatan rapat",
        ),
    ],
)
def test_what_is_not_asked_in_order_is_refused_with_a_sentence_and_on_record(
    apart: SigningProcess, request_: bytes, sentence: str
) -> None:
    before = len(journal(apart))
    answer = json.loads(apart.ask(request_))  # in the language of the installation
    (line,) = journal(apart)[before:]
    assert line["done"] == "refused"
    assert line["why"] == answer["refused"]
    assert sentence in answer["refused"]


def test_checkpoints_and_backups_are_signed_and_only_the_next_checkpoint(apart: SigningProcess) -> None:
    Round()
    made = make_checkpoint(actor=system_actor())
    assert is_genuine_checkpoint(made)
    with pytest.raises(SigningRefused, match="tidak melanjutkan titik periksa terakhir"):
        detached.sign_bytes(made.text.encode(), kind=SigningKind.CHECKPOINT)
    following = made.text.replace("number 1", "number 2").replace("previous -", f"previous {made.sha256}")
    forged = following.replace(made.text.split()[-1], "0" * 64)
    with pytest.raises(SigningRefused):
        detached.sign_bytes(forged.encode(), kind=SigningKind.CHECKPOINT)
    assert Checkpoint.objects.count() == 1
    assert sign_end(json.dumps({"manifest": "a" * 64, "files": 0, "missing": []}).encode()) is not None
    with pytest.raises(SigningRefused, match="bukan bagian akhir cadangan"):
        ask_signature(SigningKind.BACKUP, b'{"manifest": "x"}')


def test_a_killed_signer_is_waited_for_and_a_new_one_goes_on(settings: Any, tmp_path: Path) -> None:
    settings.WORK_BACKOFF = 0
    process = signing_program(tmp_path)
    process.program.start()
    try:
        sign_apart(settings, process)
        round_ = Round().decide(2)
        process.program.kill()
        with pytest.raises(SigningDown, match="Signing does not answer at the moment"):
            publish_decision(round_.assessment, actor=round_.who("plenary"))
        assert round_.fresh().state == "decided"
        settings.WORK_ATTEMPTS = 3
        process.program.start()
        drain_queue()
        publish_decision(round_.assessment, actor=round_.who("plenary"))
        assert round_.decision.documents.count() == 1
    finally:
        process.program.stop()


def test_while_signing_is_down_the_task_stays_in_the_queue(settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_SOCKET, settings.WORK_BACKOFF = str(tmp_path / "nobody.sock"), 60
    round_ = Round().decide(2)
    drain_queue()
    assert not round_.decision.documents.exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status FROM django_tasks_database_dbtaskresult WHERE task_path LIKE %s", ["%make_papers"]
        )
        assert cursor.fetchall() == [("READY",)]


def test_two_do_not_serve_the_same_socket(apart: SigningProcess, tmp_path: Path) -> None:
    second = signing_program(tmp_path)
    assert second.program.environment is not None
    second.program.environment = {
        **second.program.environment,
        "SIPINTER_SIGNING_SOCKET": str(apart.socket),
    }
    with pytest.raises(NotStarted, match="another process signs there already"):
        second.program.start()
    assert apart.program.is_running


def test_papers_of_a_publication_that_one_person_alone_wants_are_not_signed(
    settings: Any, tmp_path: Path
) -> None:
    pkcs12_file(tmp_path / "own.p12", password=PASSWORD)
    variables = {
        "SIPINTER_SIGNING_PKCS12": str(tmp_path / "own.p12"),
        "SIPINTER_SIGNING_PASSWORD": PASSWORD,
        "SIPINTER_PUBLICATION_BY_TWO": "1",
    }
    with signing_process(tmp_path, **variables) as process:
        sign_apart(settings, process)
        round_ = Round().decide(2)
        unconfirmed = "Belum ada orang kedua"
        with pytest.raises(SigningRefused, match=unconfirmed):
            store_decision_documents(round_.decision)
        settings.PUBLICATION_BY_TWO = True
        request_publication(round_.assessment, actor=round_.who("plenary"))
        with pytest.raises(SigningRefused, match=unconfirmed):
            store_decision_documents(round_.decision)
        confirm_publication(round_.assessment, actor=round_.who("administrator"))
        drain_queue()
        assert round_.fresh().state == "published"


# --- a token ---


@pytest.mark.parametrize("kind", ["rsa", "secp256r1"])
def test_a_key_that_never_leaves_its_token_signs_a_decisions_papers(
    settings: Any, tmp_path: Path, kind: str
) -> None:
    variables = token_variables(tmp_path, kind)
    with signing_process(tmp_path, **variables) as process:
        sign_apart(settings, process)
        round_ = Round().publish(2)
        (paper,) = round_.decision.documents.all()
        body = store.get_bytes(paper.path)
        assert body is not None
        report = verify_pdf(body)
        assert (report.valid, report.signer) == (True, "Badan Pengawas, kunci dalam token")
        made = make_checkpoint(actor=system_actor())
        assert is_genuine_checkpoint(made)


def token_variables(folder: Path, kind: str = "rsa") -> dict[str, str]:
    """Settings of a signing process whose key is on a token made in `folder`."""
    token = SoftToken(folder, kind)
    path = folder / "token.pem"
    path.write_bytes(certificate_for(token.public_key, name="Badan Pengawas, kunci dalam token"))
    return {
        **token.environment,
        "SIPINTER_SIGNING_PKCS11": MODULE,
        "SIPINTER_SIGNING_TOKEN": TOKEN,
        "SIPINTER_SIGNING_KEY": KEY,
        "SIPINTER_SIGNING_CERTIFICATE": str(path),
        "SIPINTER_SIGNING_PASSWORD": PIN,
    }


def test_what_is_wrong_with_a_token_is_said_at_the_start(tmp_path: Path) -> None:
    variables = token_variables(tmp_path)
    other = certificate_for(ec.generate_private_key(ec.SECP256R1()).public_key(), name="Orang Lain")
    (tmp_path / "other.pem").write_bytes(other)
    for change, sentence in (
        ({"SIPINTER_SIGNING_PASSWORD": "000000"}, "is not the token's PIN"),
        ({"SIPINTER_SIGNING_TOKEN": "lain"}, "no token is called 'lain'"),
        ({"SIPINTER_SIGNING_KEY": "lain"}, "does not hold one key called 'lain'"),
        ({"SIPINTER_SIGNING_PKCS11": "/nowhere.so"}, "is not a PKCS#11 module"),
        ({"SIPINTER_SIGNING_CERTIFICATE": str(tmp_path / "other.pem")}, "is not that of the key"),
    ):
        program = signing_program(tmp_path, **(variables | change)).program
        with pytest.raises(NotStarted, match=sentence):
            program.start()
