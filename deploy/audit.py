"""Known weaknesses of the libraries in the lock files: `python -m deploy.audit`.

Ends with 1 when a library has a known weakness. What no service answered for is counted and named, and
does not fail: a machine without such a service must not look like a clean one, nor stop the build.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE = 300


@dataclass
class Findings:
    """What was found in one lock file."""

    name: str
    asked: int = 0
    unanswered: int = 0
    weak: list[str] = field(default_factory=list)

    def said(self) -> list[str]:
        """Lines for the terminal."""
        answered = self.asked - self.unanswered
        head = f"{self.name}: {answered} of {self.asked} libraries audited, "
        head += f"{len(self.weak)} with a known weakness"
        if self.unanswered or not self.asked:
            head += "; NOT a clean bill: no service answered for the rest"
        return [head, *(f"  {line}" for line in self.weak)]


def python(lock: Path) -> Findings:
    """Asks by pip-audit for every library of a requirements file with hashes."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "-r",
        str(lock),
        "--require-hashes",
        "--disable-pip",
        "-f",
        "json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    try:
        return of_pip_audit(lock.name, json.loads(done.stdout)["dependencies"])
    except (ValueError, KeyError):
        print(done.stderr.strip()[-500:], file=sys.stderr)
        return Findings(lock.name)


def of_pip_audit(name: str, rows: Iterable[dict[str, Any]]) -> Findings:
    """The findings in pip-audit's own words."""
    found = Findings(name)
    for row in rows:
        found.asked += 1
        found.unanswered += "skip_reason" in row
        for weakness in row.get("vulns", []):
            fixed = ", ".join(weakness.get("fix_versions", [])) or "none"
            found.weak.append(f"{row['name']} {row['version']}: {weakness['id']} (fixed in: {fixed})")
    return found


def node(folder: Path) -> Findings:
    """Asks by npm for every package of package-lock.json."""
    npm, lock = shutil.which("npm"), json.loads((folder / "package-lock.json").read_text())
    number = sum(1 for path in lock["packages"] if path)
    if npm is None:
        return Findings("package-lock.json", number, number)
    command = [npm, "audit", "--json", "--package-lock-only"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)
    try:
        return of_npm(number, json.loads(done.stdout))
    except ValueError:
        return Findings("package-lock.json", number, number)


def of_npm(number: int, report: dict[str, Any]) -> Findings:
    """The findings in npm's own words; an error of its service leaves everything unanswered."""
    if "vulnerabilities" not in report:
        return Findings("package-lock.json", number, number)
    weak = [f"{name}: {row['severity']}" for name, row in sorted(report["vulnerabilities"].items())]
    return Findings("package-lock.json", number, 0, weak)


def main() -> int:
    """Audit all lock files; the exit code."""
    root = Path(__file__).resolve().parent.parent
    all_found = [python(root / "requirements/base.txt"), python(root / "requirements/dev.txt"), node(root)]
    for found in all_found:
        print("\n".join(found.said()))
    return int(any(found.weak for found in all_found))


if __name__ == "__main__":
    sys.exit(main())
