"""Every service of the house asks for permission and leaves a record: found by reading the code."""

import ast
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pytest

import sipinter
from tests.permissions import every_action

SOURCE = Path(sipinter.__file__).parent
WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}

# Services that ask no registered action, and why.
ASKS_OTHERWISE = {
    "foundation.accounts.services.invitations.accept_invitation": "the link is the permission",
    "foundation.accounts.services.invitations.accept_with_account": "the link and its address permit it",
    "foundation.accounts.sessions.end_own_session": "one's own sign-ins only",
    "foundation.accounts.sessions.end_own_other_sessions": "one's own sign-ins only",
    "foundation.accounts.sessions.end_all_sessions": "part of ending a role, which asks",
    "foundation.work.services.retry_task": "whoever sees the task",
    "foundation.accounts.services.people.change_name": "one's own name only",
    "foundation.accounts.services.people.change_preferences": "one's own only",
    "foundation.accounts.services.people.create_administrator": "on the server, as long as there is none",
    "foundation.audit.refusals.count_refusal": "it is itself the record of a refusal",
    "foundation.audit.refusals.close_refusals": "the worker's own, at its interval",
    "foundation.accounts.services.enrolment.ask_for_enrolment_code": "one's own only",
    "foundation.accounts.services.enrolment.redeem_enrolment_code": "one's own only",
    "foundation.accounts.notify.mark_read": "one's own notifications only",
    "foundation.accounts.notify.mark_all_read": "one's own notifications only",
    "foundation.work.queue.start_job": "follows what a service does, which asks",
    "foundation.evidence.services.note_opening": "records what has been allowed",
    "assessment.record.services.desk_reading.note_desk_reading": "as above",
    "foundation.accounts.services.invitations.close_invitations_of": "part of ending a role, which asks",
    "assessment.selfassessment.services.calendars.open_calendar": "one's own only",
    "assessment.selfassessment.services.calendars.close_calendar": "one's own only",
    "assessment.decisions.services.read_receipts.record_paper_opening": "records what has been allowed",
    "assessment.record.recommendations.services.draft_recommendations": "part of finishing a verification",
    "assessment.record.recommendations.services.issue_recommendations": "part of publishing, which asks",
    "assessment.decisions.services.publication.ask_second_person": "part of publishing and correcting",
    "assessment.verification.services.second_readings.draw_second_readings": "part of a verification",
}
# Services that write and leave no event, and why.
UNRECORDED = {
    "foundation.accounts.notify.mark_read": "having read a notification changes nothing for anybody else",
    "foundation.accounts.notify.mark_all_read": "as above",
    "assessment.selfassessment.services.answers.begin_evidence_upload": "the file taken is recorded",
    "foundation.evidence.tus.services.create_upload": "as above",
    "foundation.work.queue.start_job": "what the job does is recorded",
    "assessment.selfassessment.services.visits.note_visit": "having looked changes nothing for anybody else",
}


@dataclass
class Function:
    """What one function of the source calls."""

    name: str
    takes_actor: bool
    calls: set[str] = field(default_factory=set)
    methods: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)


def module_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@lru_cache(maxsize=1)
def functions() -> dict[str, Function]:
    """Every function at the top of a module, by "room.module.name"."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        module, names = module_of(path), imported(tree, path)
        names |= {
            n.name: f"{module}.{n.name}" for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)
        }
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                found[f"{module}.{node.name}"] = read(node, f"{module}.{node.name}", names)
    return found


def imported(tree: ast.Module, path: Path) -> dict[str, str]:
    """Local name -> full name of what the module imports from the house."""
    package = list(path.relative_to(SOURCE).parent.parts)
    found = {}
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom):
            continue
        if node.level:
            base = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
        elif (node.module or "").startswith("sipinter."):
            base = (node.module or "").split(".")[1:]
        else:
            continue
        where = ".".join(part for part in base if part)
        found |= {(alias.asname or alias.name): f"{where}.{alias.name}" for alias in node.names}
    return found


def read(node: ast.FunctionDef, name: str, names: dict[str, str]) -> Function:
    function = Function(name, any(arg.arg == "actor" for arg in node.args.kwonlyargs))
    for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
        if isinstance(call.func, ast.Name):
            function.calls.add(names.get(call.func.id, call.func.id))
        elif isinstance(call.func, ast.Attribute):
            function.methods.add(call.func.attr)
            if isinstance(call.func.value, ast.Name) and call.func.value.id in names:
                function.calls.add(f"{names[call.func.value.id]}.{call.func.attr}")
        if isinstance(call.func, ast.Name) and call.func.id == "require" and len(call.args) > 1:
            function.asked.append(wanted(call.args[1]))
    return function


def wanted(node: ast.expr) -> str:
    """The action that is asked for; what is filled in at run time as *."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    return "*"


def reach(name: str) -> set[str]:
    """Everything that a function calls, directly or through others."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        here = functions().get(waiting.pop())
        for call in here.calls if here else ():
            full = exported().get(call, call)
            if full not in seen:
                seen.add(full)
                waiting.append(full)
    return seen


@lru_cache(maxsize=1)
def exported() -> dict[str, str]:
    """A service under the name of its package -> where it is written."""
    known, found = functions(), {}
    for name in known:
        module, _dot, last = name.rpartition(".")
        while "." in module:
            module = module.rpartition(".")[0]
            found.setdefault(f"{module}.{last}", name)
    return {short: name for short, name in found.items() if short not in known}


def services() -> list[str]:
    """Every public function that acts for somebody: it takes `actor` by name."""
    return sorted(
        name
        for name, one in functions().items()
        if one.takes_actor and not name.rpartition(".")[2].startswith("_") and not name.startswith("cli.")
    )


HELPERS = {
    # Parts of services: called within the transaction of one that asks and records.
    "assessment.record.workflow.advance_assessment",
    "assessment.record.services.validation.advance_with_reason",
    "assessment.record.scores.take_snapshot",
    "foundation.audit.services.record",
    "foundation.audit.services.record_rows",
    "foundation.evidence.judging.services.go_on_with_taken",
    "foundation.evidence.judging.services.judge_later",
    "foundation.evidence.scanning.services.scan_later",
    "foundation.evidence.storage.previews.queue_first_previews",
    "foundation.evidence.storage.previews.queue_preview",
    "foundation.evidence.texts.services.queue_text_reading",
    "foundation.work.queue.enqueue_task",
    "foundation.work.queue.start_job",
}


def test_the_reading_finds_the_services() -> None:
    assert {
        "assessment.selfassessment.services.answers.save_answer",
        "foundation.evidence.services.receive_file",
    } <= set(services())
    assert len(services()) > 40


@pytest.mark.parametrize("name", [name for name in services() if name not in HELPERS])
def test_every_service_asks_for_permission(name: str) -> None:
    asks = "foundation.access.permissions.require" in reach(name)
    assert asks != (name in ASKS_OTHERWISE), ASKS_OTHERWISE.get(name, "asks nobody")


@pytest.mark.parametrize("name", [name for name in services() if name not in HELPERS])
def test_every_service_that_writes_leaves_a_record(name: str) -> None:
    whole = reach(name) | {name}
    writes = any(
        functions()[one].methods & WRITES
        for one in whole
        if one in functions() and "foundation.audit." not in one
    )
    if writes:
        assert ("foundation.audit.services.record" in whole) != (name in UNRECORDED), name


def test_what_is_asked_for_is_registered() -> None:
    known = every_action()
    for function in functions().values():
        for action in function.asked:
            room = action.partition("*")[0]
            assert action in known or ("*" in action and any(one.startswith(room) for one in known)), (
                function.name,
                action,
            )
