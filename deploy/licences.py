"""The licence of each library in the lock files, and whether we take it (`deploy/licences.toml`)."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from typing import Any

from license_expression import AND, OR, ExpressionError, get_spdx_licensing

from deploy.audit import ROOT, Library

SPDX = get_spdx_licensing()
POLICY: dict[str, Any] = tomllib.loads((ROOT / "deploy" / "licences.toml").read_text(encoding="utf-8"))


class UnclearLicence(Exception):
    """A library whose licence is missing, unknown or refused."""


@dataclass(frozen=True)
class Licence:
    """An expression of SPDX, and what its parts ask for that are taken with a condition."""

    expression: str
    conditions: tuple[str, ...] = ()


def licence_of(library: Library) -> Licence:
    """The licence of a library.

    What was read from its own texts counts first, then the expression in its description, then its words.
    Raises UnclearLicence where none of them is known or one is refused.
    """
    known = POLICY[library.ecosystem].get(library.name)
    words = [known["licence"]] if known else list(_own_words(library))
    for word in words:
        expression = POLICY["words"].get(word, word)
        try:
            parsed = SPDX.parse(expression, validate=True)
        except ExpressionError:
            continue
        return Licence(str(parsed), tuple(sorted(conditions_of(parsed, library))))
    raise UnclearLicence(
        f"{library.name} {library.version}: {words or 'no licence'}; see deploy/licences.toml"
    )


def conditions_of(parsed: Any, library: Library) -> set[str]:
    """What the licences of an expression ask for; of several to choose from, the one that asks least."""
    if isinstance(parsed, OR):
        choices = []
        for part in parsed.args:
            try:
                choices.append(conditions_of(part, library))
            except UnclearLicence:
                continue
        if not choices:
            raise UnclearLicence(f"{library.name} {library.version}: {parsed} is refused")
        return min(choices, key=len)
    if isinstance(parsed, AND):
        return set().union(*(conditions_of(part, library) for part in parsed.args))
    name, policy = str(parsed), POLICY["policy"]
    if name in policy["named"]:
        return {f"{name}: {policy['named'][name]}"}
    if name.startswith(tuple(policy["refused"])):
        raise UnclearLicence(f"{library.name} {library.version}: {name} is refused")
    if name not in policy["taken"]:
        raise UnclearLicence(f"{library.name} {library.version}: {name} stands in no list")
    return set()


def _own_words(library: Library) -> Iterator[str]:
    if library.ecosystem == "npm":
        rows = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
        for place, row in rows.items():
            if place.rpartition("node_modules/")[2] == library.name and "license" in row:
                yield row["license"]
        return
    try:
        said = metadata(library.name)
    except PackageNotFoundError:
        return
    if said["Version"] != library.version:
        raise UnclearLicence(f"{library.name} {library.version} is not installed, but {said['Version']}")
    yield from (said[field] for field in ("License-Expression", "License") if said[field])
    kinds = {
        line.rpartition(" :: ")[2]
        for line in said.get_all("Classifier") or ()
        if line.startswith("License :: ") and line != "License :: OSI Approved"
    }
    if len(kinds) == 1:
        yield from kinds
