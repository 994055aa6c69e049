"""Loads the demonstration through the same services that people use, so that its audit trail is real."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.test.utils import override_settings
from django.utils import timezone, translation
from django.utils.formats import date_format

from sipinter.assessment.decisions.services.decisions import LevelChange, decide, publish_decision
from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Answer, Assessment, Cycle
from sipinter.assessment.record.services.cycles import (
    DATES,
    change_dates,
    create_cycle,
    open_cycle,
    set_second_reading_share,
)
from sipinter.assessment.record.services.survey import record_survey
from sipinter.assessment.selfassessment.services.answers import (
    attach_evidence,
    save_answer,
    save_gate,
    upload_evidence,
)
from sipinter.assessment.selfassessment.services.submission import (
    approve_review,
    request_review,
    start_assessment,
    submit_assessment,
)
from sipinter.assessment.verification.services.verdicts import (
    claim_assessment,
    finish_verification,
    judge_answer,
    return_for_clarification,
    sign_off,
)
from sipinter.cli.demo import sample_answers
from sipinter.cli.demo.pdf import make_demo_pdf
from sipinter.cli.demo.people import AGENCIES, PASSWORD, PEOPLE, demo_email
from sipinter.cli.demo.teamwork import assign_demo_indicators, record_second_readings, schedule_desk_day
from sipinter.foundation.access.actor import Actor, system_actor
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.actor import actor_of
from sipinter.foundation.accounts.models import User
from sipinter.foundation.accounts.services.invitations import accept_invitation, send_invitation
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.agencies.services import import_register
from sipinter.foundation.evidence.library.services import describe_evidence
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.work.worker import drain_queue
from sipinter.guidance.practices.services import consent_to_example, propose_example, publish_example
from sipinter.nation.results.services.history import load_history
from sipinter.rules.model import Instrument
from sipinter.rules.scoring import applicable_indicators

Say = Callable[[str], None]


def load_demo(say: Say) -> None:
    """Register, published history, people, two rounds and one of last year, agencies at several stages.

    All rows of it or, when it is broken off, none.
    """
    quick = {
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "PASSWORD_HASHERS": ["sipinter.cli.demo.hasher.QuickHasher"],
    }
    with translation.override("id"), override_settings(**quick):
        with transaction.atomic():
            say("Memuat daftar instansi dan hasil yang telah dipublikasikan ...")
            _agencies()
            say("Membuat instansi, orang, dan putaran peragaan ...")
            DemoRounds(_people()).play()
        drain_queue()  # the mails of the past weeks are not sent to anybody


def _agencies() -> None:
    import_register(actor=system_actor())
    load_history(actor=system_actor())
    Agency.objects.bulk_create(
        Agency(
            code=a.code,
            name=a.name,
            slug=a.slug,
            type=a.type,
            province=a.province,
            time_zone=a.time_zone,
            is_invented=True,
        )
        for a in AGENCIES.values()
    )


def _people() -> dict[str, User]:
    """Every invented person, invited by link and accepted, by e-mail address."""
    agencies = {key: Agency.objects.get(code=a.code) for key, a in AGENCIES.items()}
    found: dict[str, User] = {}
    for person in PEOPLE:
        invited = send_invitation(
            agencies[person.agency],
            email=demo_email(person),
            name=person.name,
            role=person.role,
            scope=person.scope,
            unit=person.unit,
            actor=system_actor(),
        )
        token = invited.url.rstrip("/").rsplit("/", 1)[1]
        found[demo_email(person)] = accept_invitation(token, name=person.name, password=PASSWORD)
    return found


class DemoRounds:
    """Plays the two open rounds up to where the demonstration shows them."""

    def __init__(self, people: dict[str, User]) -> None:
        self._people = people
        self._today = timezone.localdate()

    def who(self, role: Role, agency: str = "pengawas") -> Actor:
        """The acting person of the demonstration who holds `role` in `agency`."""
        person = next(p for p in PEOPLE if p.role == role and p.agency == agency)
        return actor_of(self._people[demo_email(person)])

    def play(self) -> None:
        """Everything, in the order in which it would happen."""
        older = self._cycle("permenpanrb-40-2018", "Putaran 1 (instrumen 2018)")
        newer = self._cycle("permenpanrb-19-2025", "Putaran 1 (instrumen 2025)")
        set_second_reading_share(older, 30, actor=self.who(Role.ADMINISTRATOR))
        shared = self._start(older, "tirta")
        self._filling(shared, "tirta", sample_answers.TIRTA_2018)
        self._evidence(
            shared, "3.4", sample_answers.OLD_RULE, self.who(Role.KEEPER, "tirta"), days=1500
        )  # old: a hint
        assign_demo_indicators(shared, self._today, self.who(Role.KEEPER, "tirta"))
        asked = self._start(older, "samudra")
        self._clarifying(asked)
        schedule_desk_day(asked, self._day(14), self.who(Role.COORDINATOR))
        self._published(self._start(older, "cendana"))
        tirta = self._start(newer, "tirta")
        self._gates(tirta, "tirta", sample_answers.GATES | {"G.kecelakaan": "ya"})
        self._filling(tirta, "tirta", sample_answers.TIRTA_2025)
        samudra = self._start(newer, "samudra")
        self._plenary_2025(samudra)
        self._last_year()
        self._examples(instrument_of(older))

    def _last_year(self) -> None:
        """Tirta Raya's result of the year before, from which both of its open assessments may start.

        Played while its dates are open, all but the first of which then move to where they belong.
        """
        cycle = self._new_cycle("permenpanrb-40-2018", "Putaran 1", self._today.year - 1, opens=-405)
        tirta = Agency.objects.filter(code=AGENCIES["tirta"].code)
        open_cycle(cycle, tirta, actor=self.who(Role.ADMINISTRATOR))
        assessment = self._start(cycle, "tirta")
        self._filling(assessment, "tirta", sample_answers.TIRTA_LAST_YEAR, one_an_aspect=True)
        self._sent(assessment, "tirta")
        change = {"3.9": LevelChange(1, sample_answers.PLENARY_LOWERED)}
        self._decided(assessment, self._day(-290), change)
        dates = {name: getattr(cycle, name) - timedelta(days=365) for name in DATES[1:]}
        cycle.refresh_from_db()
        change_dates(cycle, version=cycle.version, actor=self.who(Role.ADMINISTRATOR), **dates)
        self._validity(assessment)

    def _validity(self, assessment: Assessment) -> None:
        """One document has expired, one runs out in this round, one holds for years."""
        keeper = self.who(Role.KEEPER, "tirta")
        documents = Evidence.objects.filter(answers__assessment=assessment).distinct().order_by("pk")
        for row, days in zip(documents, (-20, 40, 1200), strict=False):
            describe_evidence(
                row,
                title=row.title,
                valid_from=row.dated,
                valid_until=self._day(days),
                version=row.version,
                actor=keeper,
            )

    def _examples(self, instrument: Instrument) -> None:
        """Published examples of evidence; the agency that one names has consented."""
        for code, level, kind, body, key in sample_answers.EXAMPLES:
            agency = Agency.objects.get(code=AGENCIES[key].code) if key else None
            example = propose_example(
                instrument,
                code,
                level=level,
                kind=kind,
                body=body,
                agency=agency,
                actor=self.who(Role.VERIFIER),
            )
            if key:
                consent_to_example(example, actor=self.who(Role.PYB, key))
            publish_example(example, actor=self.who(Role.COORDINATOR))

    def _cycle(self, instrument_id: str, name: str) -> Cycle:
        cycle = self._new_cycle(instrument_id, name, self._today.year)
        invented = Agency.objects.filter(is_invented=True).exclude(code=AGENCIES["pengawas"].code)
        open_cycle(cycle, invented, actor=self.who(Role.ADMINISTRATOR))
        return cycle

    def _new_cycle(self, instrument_id: str, name: str, year: int, *, opens: int = -40) -> Cycle:
        day = self._day
        return create_cycle(
            year=year,
            round=1,
            name=f"{name} {year}",
            instrument_id=instrument_id,
            filling_opens=day(opens),
            filling_closes=day(12),
            verification_closes=day(45),
            repair_closes=day(60),
            plenary_on=day(75),
            objection_closes=day(100),
            actor=self.who(Role.ADMINISTRATOR),
        )

    def _day(self, offset: int) -> date:
        return self._today + timedelta(days=offset)

    def _start(self, cycle: Cycle, agency: str) -> Assessment:
        assessment = Assessment.objects.select_related("cycle", "agency").get(
            cycle=cycle, agency__code=AGENCIES[agency].code
        )
        return start_assessment(assessment, actor=self.who(Role.KEEPER, agency))

    def _gates(self, assessment: Assessment, agency: str, choices: dict[str, str]) -> None:
        for code, choice in choices.items():
            save_gate(assessment, code, choice=choice, version=1, actor=self.who(Role.KEEPER, agency))

    def _filling(
        self, assessment: Assessment, agency: str, levels: dict[str, int], *, one_an_aspect: bool = False
    ) -> None:
        """Answer `levels` with a note and, above the lowest level, a document of its own or of its aspect."""
        instrument = instrument_of(assessment.cycle)
        keeper = self.who(Role.KEEPER, agency)
        shared_by: dict[str, Evidence] = {}
        for code, level in levels.items():
            indicator = instrument.indicators[code]
            answer = Answer.objects.get(assessment=assessment, code=code)
            save_answer(
                assessment,
                code,
                ticks=range(min(1, level), level + 1),
                note=sample_answers.claim_note(str(indicator.title), level),
                version=answer.version,
                actor=keeper,
            )
            if level <= instrument.evidence_required_above:
                continue
            if one_an_aspect and indicator.aspect in shared_by:
                attach_evidence(assessment, code, shared_by[indicator.aspect], actor=keeper)
                continue
            shared_by[indicator.aspect] = self._evidence(
                assessment, code, str(indicator.evidence[0]).rstrip("."), keeper
            )
        if "3.4" in levels and "4.2" in levels:
            shared = assessment.answers.get(code="3.4").evidence.first()
            if shared is not None:
                attach_evidence(assessment, "4.2", shared, actor=keeper)

    def _evidence(
        self, assessment: Assessment, code: str, title: str, actor: Actor, *, days: int = 200
    ) -> Evidence:
        years = self._today.year - assessment.cycle.year
        day = self._day(-days - 3 * len(code) - 365 * years)
        paper = make_demo_pdf(
            title[:90],
            assessment.agency.name,
            f"{code}/{day.month}/{day.year}",
            date_format(day, "j F Y"),
            sample_answers.document_paragraphs(title, assessment.agency.name),
        )
        received = upload_evidence(assessment, code, paper, title=title[:150], dated=day, actor=actor)
        return received.evidence

    def _submitted(self, assessment: Assessment, agency: str, levels: dict[str, int]) -> Assessment:
        self._filling(assessment, agency, levels)
        return self._sent(assessment, agency)

    def _sent(self, assessment: Assessment, agency: str) -> Assessment:
        request_review(assessment, actor=self.who(Role.KEEPER, agency))
        approve_review(assessment, actor=self.who(Role.PYB, agency))
        return submit_assessment(assessment, accept_unanswered=True, actor=self.who(Role.PYB, agency))

    def _clarifying(self, assessment: Assessment) -> None:
        """Samudra Jaya: two indicators asked back, one level changed, some still to be judged."""
        self._submitted(assessment, "samudra", sample_answers.SAMUDRA_2018)
        verifier = self.who(Role.VERIFIER)
        claim_assessment(assessment, actor=verifier)
        for code in sample_answers.SAMUDRA_JUDGED:
            self._judge(assessment, code, "accept", verifier)
        self._judge(assessment, "3.3", "change", verifier, level=2, reason=sample_answers.CHANGED)
        self._judge(assessment, "3.4", "ask", verifier, reason=sample_answers.ASKED["3.4"])
        self._judge(assessment, "4.1", "ask", verifier, reason=sample_answers.ASKED["4.1"])
        return_for_clarification(assessment, actor=verifier)

    def _judge(
        self,
        assessment: Assessment,
        code: str,
        verdict: str,
        actor: Actor,
        *,
        level: int | None = None,
        reason: str = "",
    ) -> None:
        answer = Answer.objects.select_related("assessment").get(assessment=assessment, code=code)
        judge_answer(answer, verdict, level=level, reason=reason, version=answer.version, actor=actor)

    def _verified(self, assessment: Assessment) -> None:
        """Accept everything and sign off for the plenary."""
        verifier = self.who(Role.VERIFIER)
        claim_assessment(assessment, actor=verifier)
        gates = dict(assessment.gate_answers.exclude(choice="").values_list("code", "choice"))
        for code in instrument_of(assessment.cycle).indicators:
            if code in applicable_indicators(instrument_of(assessment.cycle), gates):
                self._judge(assessment, code, "accept", verifier)
        finish_verification(assessment, actor=verifier)
        record_second_readings(assessment)
        sign_off(assessment, actor=self.who(Role.COORDINATOR))

    def _published(self, assessment: Assessment) -> None:
        """Nusa Cendana: decided and published, with letter and certificate."""
        self._submitted(assessment, "cendana", sample_answers.CENDANA_2018)
        self._decided(assessment, self._today, {"3.9": LevelChange(3, sample_answers.PLENARY_CHANGE)})

    def _decided(self, assessment: Assessment, day: date, changes: dict[str, LevelChange]) -> None:
        """Verified, decided on `day` and published."""
        self._verified(assessment)
        plenary = self.who(Role.PLENARY)
        decide(assessment, decided_on=day, changes=changes, actor=plenary)
        publish_decision(assessment, actor=plenary)

    def _plenary_2025(self, assessment: Assessment) -> None:
        """Samudra Jaya on the newer instrument: survey known, waits for the plenary."""
        self._gates(assessment, "samudra", sample_answers.GATES)
        self._submitted(assessment, "samudra", sample_answers.SAMUDRA_2025)
        record_survey(
            assessment, Decimal("0.78"), source="Survei pegawai (peragaan)", actor=self.who(Role.COORDINATOR)
        )
        self._verified(assessment)
