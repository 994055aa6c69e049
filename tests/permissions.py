"""docs/permissions.md: who may do what and which address answers what, found by asking and by requesting.

`python -m tests.permissions` (`make docs`) writes the page; tests/test_permissions_matrix.py walks again and
compares. One round is played from state to state; in each, every role of the own and of a foreign agency,
every desk and nobody ask `may` for every action and request every address. Each request is undone.
"""

import importlib
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

PAGE = Path("docs/permissions.md")
AGENCY_SIDE = ("keeper", "team", "pyb", "ppk", "employee")
DESKS = ("coordinator", "plenary", "administrator", "consultant", "reader", "auditor")
COLUMNS = (
    *(f"{role} own" for role in AGENCY_SIDE),
    *(f"{role} foreign" for role in AGENCY_SIDE),
    "verifier own",
    "verifier foreign",
    "regional_office own",
    "regional_office foreign",
    *DESKS,
    "nobody",
)
# Who acts for the supervising body: asked once more as somebody who is tied to the agency.
TIED = (
    "verifier own",
    "verifier foreign",
    "regional_office own",
    "coordinator",
    "plenary",
    "administrator",
    "consultant",
    "reader",
    "auditor",
)
STATES = (
    "preparing",
    "filling",
    "in_review",
    "reviewed",
    "submitted",
    "verification",
    "clarification",
    "final_verification",
    "plenary",
    "decided",
    "published",
    "objection",
)
# Addresses whose answer has nothing to do with where an assessment stands: walked once.
STATELESS = (
    "account_",
    "mfa_",
    "web:",
    "set_language",
    "accounts:",
    "national:register",
    "national:instrument",
    "national:statistics",
    "national:verify",
    "record:cycle",
    "selfassessment:calendar",
    "trail:",
    "verification:quick",
    "decisions:meeting",
    "verification:desk_day",
    "verification:remove_slot",
    "verification:agreement",
    "verification:kept_reasons",
    "verification:drop_reason",
    "practices:examples",
    "practices:own_examples",
    "practices:publish_example",
    "practices:withdraw_example",
    "practices:consent_example",
    "verification:second_reading",
)
# Who may sign in, and how, is the accounts' library: its pages are the same for every role.
ANY = "any"
LIBRARY = ("library_document", "describe_document", "replace_document", "replace_refused")


class Unknown(Exception):
    """Something new in the code that the walk has no value for; says what to add."""


def every_action() -> list[str]:
    """All registered actions; every module is imported first, for predicates register themselves."""
    import sipinter
    from sipinter.foundation.access.permissions import registered_actions

    for module in pkgutil.walk_packages(sipinter.__path__, "sipinter."):
        if ".migrations" not in module.name and not module.name.startswith(
            ("sipinter.cli.demo", "sipinter.site.config", "sipinter.foundation.evidence.reader")
        ):
            importlib.import_module(module.name)
    return registered_actions()


@dataclass
class Stage:
    """The round at one state, and the people who ask."""

    round: Any
    people: dict[str, Any]
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def actor(self, column: str) -> Any:
        from sipinter.foundation.access.actor import NOBODY
        from sipinter.foundation.accounts.actor import actor_of

        return NOBODY if column == "nobody" else actor_of(self.people[column], second_factor=True)

    def tied_actor(self, column: str) -> Any:
        """The same person, who is one of the agency's own people besides."""
        from dataclasses import replace

        from sipinter.foundation.access.actor import AgencyTie

        return replace(self.actor(column), ties=(AgencyTie(self.round.agency.pk),))

    def values(self) -> dict[str, Any]:
        """For the parts of addresses: "part" or, where an address needs its own, "name part".

        A list: the address is requested with each. A row that is not there yet is 0: nobody's.
        """
        from sipinter.assessment.record.models import Assignment
        from sipinter.assessment.record.recommendations.models import Recommendation
        from sipinter.assessment.record.workflow import TRANSITIONS
        from sipinter.foundation.accounts.models import Invitation, Membership, Notification
        from sipinter.foundation.audit.models import Event

        round_ = self.round
        decision = round_.assessment.decisions.order_by("pk").last()
        recommendation = Recommendation.objects.order_by("pk").first()
        team = Membership.objects.get(user=self.people["team own"]).pk
        invitation = Invitation.objects.get(agency=round_.agency, role="team").pk
        unconfirmed = Invitation.objects.get(agency=round_.agency, role="pyb").pk
        assigned = Assignment.objects.filter(assessment=round_.assessment).first()
        told = Notification.objects.filter(user=self.people["keeper own"]).first()
        steps = [t.action for t in TRANSITIONS]
        return {
            "pk": round_.assessment.pk,
            "code": "1.1",
            "slug": round_.agency.slug,
            "kind": "letter",
            "instrument_id": round_.instrument_id,
            "token": "tidak-dikenal",
            "assignment": assigned.pk if assigned else 0,
            "recommendation": recommendation.pk if recommendation else 0,
            "number": 1,
            "upload": 0,
            "key": "x-y",
            "uidb36": "x",
            "provider_id": "x",
            "name": "daftar-instansi",
            **{f"accounts:{name} pk": UUID(int=0) for name in ("job", "job_report", "job_again")},
            "trail:event pk": Event.objects.filter(agency=round_.agency).earliest("pk").pk,
            "accounts:member pk": team,
            "accounts:end pk": team,
            "accounts:sign_out_everywhere pk": team,
            "accounts:lost_factor pk": team,
            "accounts:end_session pk": 0,
            "accounts:resend pk": invitation,
            "accounts:revoke pk": invitation,
            "accounts:confirm pk": unconfirmed,
            "accounts:open_notification pk": told.pk if told else 0,
            "record:cycle pk": round_.cycle.pk,
            "record:cycle_dates pk": round_.cycle.pk,
            "record:cycle_open pk": round_.cycle.pk,
            "record:cycle_share pk": round_.cycle.pk,
            "verification:second_reading pk": 0,
            "condition": 0,
            "reason": 0,
            "day": 0,
            "slot": 0,
            "quick": 0,
            "example": 0,
            "meeting": 0,
            "decisions:document code": decision.code if decision else "2222-2222-2222-2222",
            "national:verify_code code": decision.code if decision else "2222-2222-2222-2222",
            "verification:step action": [s for s in steps if s in desk_steps()],
            "decisions:plenary_step action": [s for s in steps if s in plenary_steps()],
            **{f"evidence:{name} pk": self.evidence() for name in ("open", "page", "preview")},
            **{f"selfassessment:{name} pk": self.evidence() for name in LIBRARY},
        }

    def evidence(self) -> int:
        from sipinter.foundation.evidence.models import Evidence

        found = Evidence.objects.filter(agency=self.round.agency).first()
        return found.pk if found else 0

    def objects(self) -> dict[str, Callable[[], Any]]:
        """What an action is asked about: by its name, else by its room."""
        from sipinter.assessment.record.models import (
            Answer,
            Example,
            Objection,
            QuickAssessment,
            SecondReading,
        )
        from sipinter.assessment.record.recommendations.models import Recommendation
        from sipinter.foundation.accounts.models import Invitation, Membership
        from sipinter.foundation.evidence.models import Evidence

        round_ = self.round

        def answer() -> Any:
            found = Answer.objects.filter(assessment=round_.assessment, code="1.1").first()
            answer = found or Answer(code="1.1")  # none before the start
            answer.assessment = round_.fresh()
            return answer

        def recommendation() -> Any:
            found = Recommendation.objects.select_related("assessment").order_by("pk").first()
            return found or Recommendation(assessment=round_.fresh(), agency=round_.agency)

        def evidence() -> Any:
            found = Evidence.objects.filter(agency=round_.agency).first()
            return found or Evidence(agency=round_.agency)

        return {
            "assessment": round_.fresh,
            "assessment.answer": answer,
            "assessment.judge": answer,
            "assessment.discuss": answer,
            "assessment.comment": answer,
            "recommendation": recommendation,
            "second_reading.read": lambda: SecondReading(
                assessment=round_.fresh(), reader=self.people["verifier foreign"]
            ),
            "second_reading.assign": round_.fresh,
            "agencies": lambda: None,
            "audit": lambda: None,
            "agreement": lambda: None,
            "reason": answer,
            "verdict": round_.fresh,
            "desk_day": lambda: None,
            "desk_day.give_slot": round_.fresh,
            "example": lambda: Example(agency=round_.agency),
            "meeting": lambda: None,
            "condition": round_.fresh,
            "publication": round_.fresh,
            "papers": round_.fresh,
            "objection": lambda: Objection(assessment=round_.fresh()),
            "quick": lambda: QuickAssessment(
                agency=round_.agency, office=round_.agency.regional_office, cycle=round_.cycle
            ),
            "evidence": evidence,
            "evidence.upload": lambda: round_.agency.pk,
            "evidence.library": lambda: round_.agency.pk,
            "cycle": lambda: round_.cycle,
            "results": lambda: None,
            "trail": lambda: round_.agency.pk,
            "accounts.invite": lambda: (round_.agency.pk, "team"),
            "accounts.confirm_invitation": lambda: Invitation.objects.get(agency=round_.agency, role="pyb"),
            "accounts.manage_members": lambda: round_.agency.pk,
            "person.erase": lambda: self.people["team own"],
            **dict.fromkeys(
                ("accounts.change_membership", "accounts.remove_second_factor"),
                lambda: Membership.objects.get(user=self.people["team own"]),
            ),
        }


def desk_steps() -> frozenset[str]:
    from sipinter.assessment.verification.views import overview as views

    return frozenset(views.STEPS)


def plenary_steps() -> frozenset[str]:
    from sipinter.assessment.decisions.views import plenary as views

    return frozenset(views.STEPS)


# --- the round, state by state -------------------------------------------------------------------------


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens within is taken back."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def people_of(round_: Any) -> dict[str, Any]:
    from tests.factories import make_agency, make_user

    here = make_agency("Kantor Regional Contoh", "lpnk", regional_office="Kanreg Contoh")
    there = make_agency("Kantor Regional Lain", "lpnk", regional_office="Kanreg Lain")
    other = make_agency("Pemerintah Kota Kenanga", "kota", regional_office="Kanreg Lain")
    round_.agency.regional_office = "Kanreg Contoh"
    round_.agency.save()
    found = {}
    for role in AGENCY_SIDE:
        found[f"{role} own"] = round_.users.get(role) or make_user(f"{role} sendiri", (role, round_.agency))
        found[f"{role} foreign"] = make_user(f"{role} asing", (role, other))
    found["verifier own"] = round_.users["verifier"]
    found["verifier foreign"] = make_user("verifikator lain", ("verifier", round_.desk))
    found["regional_office own"] = make_user("kanreg sini", ("regional_office", here))
    found["regional_office foreign"] = make_user("kanreg lain", ("regional_office", there))
    for role in DESKS:
        found[role] = round_.users.get(role) or make_user(f"{role} lain", (role, round_.desk))
    return found


def stages() -> Iterator[tuple[str, Stage]]:
    """(state, the round there), one after the other; clarification is a branch that is taken back."""
    from django.utils import timezone

    from sipinter.assessment.decisions.services.decisions import decide, publish_decision
    from sipinter.assessment.decisions.services.objections import object_to_decision
    from sipinter.assessment.selfassessment.services.answers import upload_evidence
    from sipinter.assessment.selfassessment.services.submission import (
        approve_review,
        request_review,
        submit_assessment,
    )
    from sipinter.assessment.verification.services.verdicts import (
        claim_assessment,
        finish_verification,
        return_for_clarification,
        sign_off,
    )
    from sipinter.foundation.accounts.services.invitations import send_invitation
    from sipinter.foundation.evidence.models import Blob
    from sipinter.foundation.evidence.storage.previews import make_kept
    from tests.assessment.round import Round, pdf
    from tests.judging import judge_files

    round_ = Round()
    stage = Stage(round_, people_of(round_))
    for role in ("team", "pyb"):
        email = f"undangan-{role}@contoh.go.id"
        keeper = round_.who("keeper")
        send_invitation(round_.agency, email=email, name="Undangan", role=role, actor=keeper)
    yield "preparing", stage
    round_.start()
    round_.claim("1.1", 3)
    upload_evidence(round_.assessment, "1.1", pdf(), actor=round_.who("keeper"))
    judge_files()
    make_kept(Blob.objects.get(), "page-1")  # a worker's, who has no part in who may
    yield "filling", stage
    request_review(round_.assessment, actor=round_.who("keeper"))
    yield "in_review", stage
    approve_review(round_.assessment, actor=round_.who("pyb"))
    yield "reviewed", stage
    submit_assessment(round_.assessment, accept_unanswered=True, actor=round_.who("pyb"))
    yield "submitted", stage
    claim_assessment(round_.assessment, actor=round_.who("verifier"))
    yield "verification", stage
    with undone():
        round_.judge("1.1", "ask", reason="Mohon dilengkapi dengan penetapannya.")
        return_for_clarification(round_.assessment, actor=round_.who("verifier"))
        yield "clarification", stage
    round_.accept_rest()
    finish_verification(round_.assessment, actor=round_.who("verifier"))
    yield "final_verification", stage
    sign_off(round_.assessment, actor=round_.who("coordinator"))
    yield "plenary", stage
    decide(round_.assessment, decided_on=timezone.localdate(), actor=round_.who("plenary"))
    yield "decided", stage
    publish_decision(round_.assessment, actor=round_.who("plenary"))
    yield "published", stage
    object_to_decision(round_.assessment, reason="Keberatan atas indikator 1.1.", actor=round_.who("pyb"))
    yield "objection", stage


# --- asking and requesting -----------------------------------------------------------------------------

Row = tuple[str, ...]
Asks = Callable[[str, int], bool]  # a line of the page and a column
NOT_OFFERED = {"405", "in"}
Found = dict[str, dict[str, Row]]  # action, or "POST name" -> state -> answer by column


def ask(stage: Stage, actions: list[str]) -> dict[str, Row]:
    """What `may` says: action -> yes or no, by column."""
    from sipinter.foundation.access.permissions import may

    actors = [stage.actor(column) for column in COLUMNS]
    return {
        action: tuple("yes" if may(actor, action, obj) else "·" for actor in actors)
        for action, obj in subjects(stage, actions)
    }


def subjects(stage: Stage, actions: list[str]) -> Iterator[tuple[str, Any]]:
    """Each action with what it is asked about."""
    objects = stage.objects()
    for action in actions:
        make = objects.get(action) or objects.get(action.partition(".")[0])
        if make is None:
            raise Unknown(
                f"the action {action} is new: say in Stage.objects (tests/permissions.py) what it is about"
            )
        yield action, make()


def ask_tied(stage: Stage, actions: list[str]) -> dict[str, Row]:
    """What `may` says to the supervising body's people: "tied" where a tie to the agency makes it a no."""
    from sipinter.foundation.access.permissions import may

    pairs = [(stage.actor(column), stage.tied_actor(column)) for column in TIED]
    return {
        action: tuple(
            "·" if not may(free, action, obj) else "yes" if may(tied, action, obj) else "tied"
            for free, tied in pairs
        )
        for action, obj in subjects(stage, actions)
    }


def addresses() -> Iterator[tuple[str, list[str]]]:
    """Every named address of the site: (name, its parts)."""
    from tests.test_foreign import addresses as walk

    yield from walk()


def paths(stage: Stage) -> Iterator[tuple[str, str, str]]:
    """(name, as shown, path) of every address, filled with the round's rows."""
    from django.urls import reverse

    values = stage.values()
    for name, parts in addresses():
        filled: dict[str, Any] = {}
        several = ""
        for part in parts:
            key = f"{name} {part}" if f"{name} {part}" in values else part
            if key not in values:
                raise Unknown(
                    f"the address {name} has a part that is new, {part!r}: say in Stage.values "
                    f"(tests/permissions.py) what stands there, as {part!r} or as {name + ' ' + part!r}"
                )
            filled[part] = values[key]
            several = part if isinstance(values[key], list) else several
        for one in filled[several] if several else [None]:
            chosen = filled | ({several: one} if several else {})
            shown = f"{name} {one}" if several else name
            yield name, shown, reverse(name, kwargs=chosen)


class Browsers:
    """One signed-in browser a column. Each request is undone, with what it did to the session."""

    def __init__(self, stage: Stage) -> None:
        from tests.factories import client_for

        self.clients = {
            column: client_for(None if column == "nobody" else stage.people[column], second_factor=True)
            for column in COLUMNS
        }
        self.kept = {column: dict(client.cookies.items()) for column, client in self.clients.items()}

    def answer(self, column: str, method: str, path: str) -> str:
        from django.core.cache import cache

        client = self.clients[column]
        cache.clear()  # who may is asked here, not how often
        with undone():
            response = client.generic(method, path)
            if response.streaming:
                b"".join(response.streaming_content)
        client.cookies.clear()
        client.cookies.update(self.kept[column])
        if response.status_code in (301, 302, 303):
            return "in" if "/akun/login/" in response.headers["Location"] else "to"
        return str(response.status_code)


def request(
    stage: Stage, browsers: Browsers, skip: set[str], *, stateless: bool, asks: Asks
) -> dict[str, Row]:
    """What every address answers: "METHOD name" -> answer by column, "" where it is not asked.

    `skip` learns what is not offered.
    """
    found = {}
    for name, shown, path in paths(stage):
        if name.startswith(STATELESS) != stateless:
            continue
        for method in ("GET", "POST"):
            line = f"{method} {shown}"
            if line in skip:
                continue
            row = tuple(
                browsers.answer(column, method, path) if asks(line, number) else ""
                for number, column in enumerate(COLUMNS)
            )
            # Nobody is let in, or the method is not offered: told by the other method's line.
            if set(row) - {""} <= NOT_OFFERED and "405" in row:
                skip.add(line)
            else:
                found[line] = row
    return found


@dataclass
class Matrix:
    """Everything that was found."""

    actions: Found = field(default_factory=dict)
    tied: Found = field(default_factory=dict)
    addresses: Found = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)


def walk(asks: Callable[[str, str, int], bool] = lambda state, line, column: True) -> Matrix:
    """Ask and request in every state what `asks` (state, line, column) says. Needs an empty database.

    The addresses that have nothing to do with the state are requested once, when published.
    """
    from django.utils import translation

    matrix, skip = Matrix(), set[str]()
    actions = every_action()
    browsers: Browsers | None = None
    with translation.override("en"):
        for state, stage in stages():
            browsers = browsers or Browsers(stage)
            for action, row in ask(stage, actions).items():
                matrix.actions.setdefault(action, {})[state] = row
            for action, row in ask_tied(stage, actions).items():
                if set(row) != {"·"}:
                    matrix.tied.setdefault(action, {})[state] = row
            here = partial(asks, state)
            for line, row in request(stage, browsers, skip, stateless=False, asks=here).items():
                matrix.addresses.setdefault(line, {})[state] = row
            if state == "published":
                here = partial(asks, ANY)
                for line, row in request(stage, browsers, skip, stateless=True, asks=here).items():
                    matrix.addresses.setdefault(line, {})[ANY] = row
    return matrix


# --- the page ------------------------------------------------------------------------------------------

HEADS = (
    "**K** keeper, **T** team, **S** secretary (PyB), **P** head of agency (PPK), **E** employee: of the "
    "own agency, then (with an apostrophe) of another. **V** the verifier who took the assessment up, "
    "**V'** another; **R** regional office of the agency's region, **R'** of another; **C** coordinator, "
    "**L** plenary member, **A** national administrator, **Co** consultant, **Re** national reader, "
    "**Au** auditor, **–** nobody signed in."
)
SHORT = (
    "K",
    "T",
    "S",
    "P",
    "E",
    "K'",
    "T'",
    "S'",
    "P'",
    "E'",
    "V",
    "V'",
    "R",
    "R'",
    "C",
    "L",
    "A",
    "Co",
    "Re",
    "Au",
    "–",
)


def lines_of(found: Found, name: str) -> list[str]:
    """One line for every group of states that are answered alike."""
    groups: dict[Row, list[str]] = {}
    for state, row in found[name].items():
        groups.setdefault(row, []).append(state)
    whole = len(groups) == 1
    return [
        f"| `{name}` | {'every' if whole else ', '.join(states)} | {' | '.join(row)} |"
        for row, states in groups.items()
    ]


def table(found: Found, first: str) -> list[str]:
    return [
        f"| {first} | in the states | {' | '.join(SHORT)} |",
        f"|---|---|{'---|' * len(SHORT)}",
        *(line for name in sorted(found, key=_in_order) for line in lines_of(found, name)),
        "",
    ]


def duty_lines() -> list[str]:
    """Every role with every other: the part about separation of duties."""
    from itertools import combinations

    from django.utils import translation

    from sipinter.foundation.access.duties import Where, duty_rule
    from sipinter.foundation.access.roles import Role

    said = {
        Where.NOWHERE: "yes",
        Where.SAME_AGENCY: "no, in the same agency",
        Where.ANYWHERE: "no",
    }
    rows = []
    for one, other in combinations(Role, 2):
        rule = duty_rule(one, other)
        with translation.override("en"):
            rows.append(f"| {one.value} | {other.value} | {said[rule.excluded]} | {rule.why} |")
    return ["| role | and | one person | why |", "|---|---|---|---|", *rows, ""]


def tied_lines(found: Found) -> list[str]:
    """Every act of the supervising body's people, as asked by one who is tied to the agency."""
    from sipinter.foundation.access.permissions import allowed_despite_ties

    reasons = allowed_despite_ties()
    heads = [SHORT[COLUMNS.index(column)] for column in TIED]
    rows = []
    for name in sorted(found):
        groups: dict[Row, list[str]] = {}
        for state, row in found[name].items():
            groups.setdefault(row, []).append(state)
        for row, states in groups.items():
            where = "every" if len(states) == len(STATES) else ", ".join(states)
            rows.append(f"| `{name}` | {where} | {' | '.join(row)} | {reasons.get(name, '')} |")
    top = [
        f"| action | in the states | {' | '.join(heads)} | exception |",
        f"|---|---|{'---|' * len(TIED)}---|",
    ]
    return [*top, *rows, ""]


def _in_order(name: str) -> tuple[str, str]:
    method, _space, address = name.rpartition(" ") if " " in name else ("", "", name)
    words = name.split(" ")
    return (" ".join(words[1:]), words[0]) if words[0] in ("GET", "POST") else (address, method)


def rendered(matrix: Matrix) -> str:
    return "\n".join(
        [
            "# Who may do what",
            "",
            "Written by `make docs`: every action was asked for and every address requested, in every state "
            "of a round; a test does it again and fails when anything answers otherwise.",
            "",
            HEADS,
            "",
            "## Actions",
            "",
            "What `may(actor, action, object)` says. State and dates of a step are the workflow's "
            "([workflow.md](workflow.md)); here stands who.",
            "",
            *table(matrix.actions, "action"),
            "## Two duties of one person",
            "",
            "The table of `foundation/access/duties.py`. Invitations, sent and taken up, and the command "
            "that makes the first administrator refuse what it excludes; what stood before is named by "
            "`sipinter check` and on the administrator's page of people.",
            "",
            *duty_lines(),
            "## An agency to which one is tied",
            "",
            "The same question once more, from people of the supervising body who are one of the agency's "
            "own people besides, or were in the round. `tied`: their role may, they may not; `yes`: they may "
            "all the same, for the reason that stands there; `·`: their role may not at all. What nobody "
            "of them may in a state has no line. Rows about such an agency are hidden from them at the desk "
            "as well.",
            "",
            *tied_lines(matrix.tied),
            "## Addresses",
            "",
            "`200` shown, `to` led on (done, or to the page that the form stands on), `in` led to the "
            "sign-in, `403` not this person, `404` not theirs to know of, `405` not offered, `409` not now, "
            "`410` closed, `422` let in, but the empty form of the walk does not hold, `400` not understood, "
            "`401` sign in again. A line is left out where a method is offered to nobody.",
            "",
            *table(matrix.addresses, "address"),
        ]
    )


def main() -> None:
    """Write the page, from a database made for it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipinter.site.config.settings_test")
    import django

    django.setup()
    from django.db import connection, transaction
    from django.test.utils import setup_test_environment, teardown_test_environment

    setup_test_environment(debug=False)
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with transaction.atomic():
            PAGE.write_text(rendered(walk()), encoding="utf-8")
            transaction.set_rollback(True)
        print(PAGE)
    except Unknown as unknown:
        sys.exit(str(unknown))
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


if __name__ == "__main__":
    main()
