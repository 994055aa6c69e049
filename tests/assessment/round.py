"""One agency's round for tests: the people, the cycle, and helpers that play it up to a state."""

import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.utils import timezone

from sipinter.assessment.decisions.services import decisions
from sipinter.assessment.decisions.services.objections import name_panel
from sipinter.assessment.record.completeness import unjudged_indicators
from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Answer, AnswerEvidence, Assessment, Cycle
from sipinter.assessment.record.services.cycles import create_cycle, open_cycle
from sipinter.assessment.selfassessment.services import submission
from sipinter.assessment.selfassessment.services.answers import (
    SavedAnswer,
    attach_evidence,
    save_answer,
    save_gate,
    upload_evidence,
)
from sipinter.assessment.selfassessment.services.submission import approve_review, request_review
from sipinter.assessment.verification.services import verdicts
from sipinter.assessment.verification.services.verdicts import finish_verification, sign_off
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.accounts.models import User
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.evidence.models import Evidence
from tests.factories import actor, make_agency, make_user
from tests.judging import judge_files

OLD = "permenpanrb-40-2018"
NEW = "permenpanrb-19-2025"
GATES = {"G.jenis": "kabkota", "G.tpp": "membayar", "G.kecelakaan": "tidak", "G.kematian": "tidak"}


def pdf(text: str = "isi") -> SimpleUploadedFile:
    """A small real PDF whose bytes differ by `text`."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    document.docinfo["/Title"] = text
    body = io.BytesIO()
    document.save(body, deterministic_id=True)
    return SimpleUploadedFile(f"{text}.pdf", body.getvalue(), content_type="application/pdf")


def make_cycle(
    administrator: Actor, *agencies: Agency, instrument_id: str = OLD, year: int = 0, **dates: Any
) -> Cycle:
    """An open cycle around today for `agencies`; `dates` replace single ones."""
    today = timezone.localdate()
    offsets = {
        "filling_opens": -10,
        "filling_closes": 10,
        "verification_closes": 20,
        "repair_closes": 30,
        "plenary_on": 40,
        "objection_closes": 60,
    }
    days = {name: today + timedelta(days=offset) for name, offset in offsets.items()} | dates
    cycle = create_cycle(
        year=year or today.year,
        round=1,
        name=f"Putaran {year or today.year}",
        instrument_id=instrument_id,
        actor=administrator,
        **days,
    )
    open_cycle(cycle, agencies, actor=administrator)
    return cycle


@dataclass
class Round:
    """One agency's assessment with one person in every role that takes part.

    `quick`: answers and verdicts between the `first` and the last indicator are written as the services wrote
    the first, without their audit records; 74 calls of services would take seconds.
    """

    instrument_id: str = OLD
    agency_name: str = "Pemerintah Kabupaten Melati"
    quick: bool = True
    first: str = "1.1"
    users: dict[str, User] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.agency = make_agency(self.agency_name)
        self.desk = make_agency("Badan Pengawas Contoh", "lpnk")
        for role in ("keeper", "team", "pyb", "ppk"):
            self.users[role] = make_user(f"{role} agensi", (role, self.agency))
        for role in ("verifier", "coordinator", "plenary", "administrator"):
            self.users[role] = make_user(f"{role} pengawas", (role, self.desk))
        self.cycle = make_cycle(self.who("administrator"), self.agency, instrument_id=self.instrument_id)
        self.assessment = self.fresh()

    def who(self, role: str) -> Actor:
        return actor(self.users[role])

    def fresh(self) -> Assessment:
        """The assessment as the database has it."""
        return Assessment.objects.select_related("cycle", "agency", "verifier").get(
            cycle=self.cycle, agency=self.agency
        )

    def answer(self, code: str) -> Answer:
        return Answer.objects.select_related("assessment__cycle", "assessment__agency").get(
            assessment__cycle=self.cycle, assessment__agency=self.agency, code=code
        )

    def claim(self, code: str, level: int, *, role: str = "keeper", note: str = "") -> SavedAnswer:
        """Tick the criteria up to `level`."""
        return save_answer(
            self.assessment,
            code,
            ticks=range(min(1, level), level + 1),
            note=note,
            version=self.answer(code).version,
            actor=self.who(role),
        )

    def start(self) -> "Round":
        submission.start_assessment(self.assessment, actor=self.who("keeper"))
        if self.instrument_id == NEW:
            for code, choice in GATES.items():
                save_gate(self.assessment, code, choice=choice, version=1, actor=self.who("keeper"))
        return self

    def fill(self, level: int = 3, *codes: str) -> "Round":
        """Claim `level` with one shared document on `codes` (default: every indicator)."""
        self.start()
        first, *between = sorted(codes or instrument_of(self.cycle).indicators, key=lambda c: c != self.first)
        self.claim(first, level)
        document = upload_evidence(self.assessment, first, pdf(), actor=self.who("keeper")).evidence
        judge_files()
        if self.quick and between:
            self._fill_alike(first, between[:-1], document)
            between = between[-1:]
        for code in between:
            self.claim(code, level)
            attach_evidence(self.assessment, code, document, actor=self.who("keeper"))
        return self

    def _fill_alike(self, first: str, codes: list[str], document: Evidence) -> None:
        names = ("ticks", "claimed_level", "note", "version", "updated_at", "updated_by_id")
        model, rows = self.answer(first), Answer.objects.filter(assessment=self.assessment, code__in=codes)
        rows.update(**{name: getattr(model, name) for name in names})
        keeper = self.users["keeper"]
        AnswerEvidence.objects.bulk_create(
            AnswerEvidence(answer=row, evidence=document, attached_by=keeper) for row in rows
        )

    def submit(self, level: int = 3) -> "Round":
        self.fill(level)
        request_review(self.assessment, actor=self.who("keeper"))
        approve_review(self.assessment, actor=self.who("pyb"))
        submission.submit_assessment(self.assessment, accept_unanswered=True, actor=self.who("pyb"))
        return self

    def judge(self, code: str, verdict: str = "accept", *, role: str = "verifier", **more: Any) -> Answer:
        answer = self.answer(code)
        return verdicts.judge_answer(
            answer, verdict, version=more.pop("version", answer.version), actor=self.who(role), **more
        )

    def verification(self, level: int = 3) -> "Round":
        self.submit(level)
        verdicts.claim_assessment(self.assessment, actor=self.who("verifier"))
        return self

    def accept_rest(self) -> "Round":
        """Accept what has no verdict yet."""
        codes = unjudged_indicators(self.fresh())
        if self.quick and codes:
            model = self.judge(codes[0])
            Answer.objects.filter(assessment=self.assessment, code__in=codes[1:-1]).update(
                verdict=model.verdict,
                verified_level=F("claimed_level"),
                version=F("version") + 1,
                verified_by=model.verified_by,
                verified_at=model.verified_at,
            )
            codes = codes[1:][-1:]
        for code in codes:
            self.judge(code)
        return self

    def final(self, level: int = 3) -> "Round":
        self.verification(level).accept_rest()
        finish_verification(self.assessment, actor=self.who("verifier"))
        return self

    def plenary(self, level: int = 3) -> "Round":
        self.final(level)
        sign_off(self.assessment, actor=self.who("coordinator"))
        return self

    def decide(self, level: int = 3, **more: Any) -> "Round":
        self.plenary(level)
        self.decision = decisions.decide(
            self.assessment, decided_on=timezone.localdate(), actor=self.who("plenary"), **more
        )
        return self

    def panel(self) -> "Round":
        """Name a panel of one for the open objection."""
        objection = self.fresh().objections.get(closed_at=None)
        name_panel(objection, [self.users["coordinator"]], actor=self.who("plenary"))
        return self

    def publish(self, level: int = 3) -> "Round":
        self.decide(level)
        decisions.publish_decision(self.assessment, actor=self.who("plenary"))
        return self
