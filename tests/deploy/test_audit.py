"""The audit of libraries: a finding fails, a silent service is told and is no clean bill."""

from typing import Any

import pytest

from deploy import audit


def row(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "version": "1.0"} | more


def test_a_known_weakness_is_named() -> None:
    weakness = {"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}
    found = audit.of_pip_audit("base.txt", [row("baik", vulns=[]), row("lemah", vulns=[weakness])])
    assert (found.asked, found.unanswered, found.weak) == (2, 0, ["lemah 1.0: PYSEC-2026-1 (fixed in: 1.1)"])
    assert "NOT a clean bill" not in found.said()[0]


def test_what_nobody_answered_for_is_no_clean_bill() -> None:
    found = audit.of_pip_audit("base.txt", [row("a", vulns=[]), row("b", skip_reason="not found")])
    assert found.said() == [
        "base.txt: 1 of 2 libraries audited, 0 with a known weakness; NOT a clean bill: "
        "no service answered for the rest"
    ]


def test_npm_in_its_own_words() -> None:
    assert audit.of_npm(30, {"error": {"code": "ENOAUDIT"}}).unanswered == 30
    found = audit.of_npm(30, {"vulnerabilities": {"sass": {"severity": "high"}}})
    assert (found.unanswered, found.weak) == (0, ["sass: high"])


@pytest.mark.parametrize(("weak", "code"), [([], 0), (["a 1: X"], 1)])
def test_only_a_finding_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], weak: list[str], code: int
) -> None:
    monkeypatch.setattr(audit, "python", lambda lock: audit.Findings(lock.name, 2, 2, weak))
    monkeypatch.setattr(audit, "node", lambda folder: audit.Findings("package-lock.json", 2, 2))
    assert audit.main() == code
    assert capsys.readouterr().out.count("NOT a clean bill") == 3
