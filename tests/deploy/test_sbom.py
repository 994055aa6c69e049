"""The bill of materials is whole and of the standard's form; every licence is known and one that we take."""

import json
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from deploy import audit, licences, sbom
from deploy.audit import Library

ROOT = Path(__file__).parents[2]
LIBRARIES = sorted({row for name in audit.LOCKS for row in audit.locked_libraries(ROOT / name)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sbom")
    assert sbom.main([str(made)]) == 0
    return made


@pytest.fixture(scope="module")
def bill(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / sbom.BILL).read_text(encoding="utf-8"))
    return told


def test_the_bill_keeps_the_schema_of_cyclonedx(folder: Path) -> None:
    text = (folder / sbom.BILL).read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    broken = text.replace('"type": "library"', '"type": "perpustakaan"', 1)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(broken) is not None


def test_every_locked_library_stands_in_it_with_licence_and_hash(bill: dict[str, Any]) -> None:
    rows = bill["components"]
    assert sorted(row["purl"] for row in rows) == sorted(str(sbom.purl(row)) for row in LIBRARIES)
    assert all(row["hashes"] and row["licenses"] for row in rows)
    shipped = {row["bom-ref"] for row in rows if row["scope"] == "required"}
    (product,) = [row for row in bill["dependencies"] if row["ref"] == "sipinter"]
    assert set(product["dependsOn"]) == shipped
    assert {"pkg:pypi/pytest", "pkg:npm/sass"}.isdisjoint(name.partition("@")[0] for name in shipped)


def test_the_same_lock_files_give_the_same_bill(folder: Path, tmp_path: Path) -> None:
    sbom.main([str(tmp_path)])
    for name in (sbom.BILL, sbom.LIST):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda row: row.name)
def test_its_licence_is_one_that_we_take(library: Library) -> None:
    assert licences.licence_of(library).expression


@pytest.mark.parametrize(
    ("expression", "conditions"),
    [
        ("MIT AND BSD-3-Clause", 0),
        ("LGPL-3.0-only", 1),
        ("MPL-2.0 AND LGPL-3.0-only", 2),
        ("GPL-3.0-only OR MIT", 0),
        ("GPL-3.0-only", None),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", None),
        ("MIT AND AGPL-3.0-or-later", None),
        ("CC-BY-NC-4.0", None),
    ],
)
def test_the_policy_refuses_what_reaches_our_source_and_what_it_does_not_know(
    expression: str, conditions: int | None
) -> None:
    parsed, library = licences.SPDX.parse(expression, validate=True), Library("PyPI", "contoh", "1.0")
    if conditions is None:
        with pytest.raises(licences.UnclearLicence, match=r"contoh 1\.0"):
            licences.conditions_of(parsed, library)
    else:
        assert len(licences.conditions_of(parsed, library)) == conditions


def test_a_library_without_a_known_licence_is_refused() -> None:
    with pytest.raises(licences.UnclearLicence, match="no licence"):
        licences.licence_of(Library("npm", "tidak-ada", "1.0.0"))


def test_what_was_read_by_hand_is_still_there_and_says_so() -> None:
    names = {(row.ecosystem, row.name) for row in LIBRARIES}
    by_hand = {(kind, name) for kind in ("PyPI", "npm") for name in licences.POLICY[kind]}
    assert by_hand <= names
    readme = (ROOT / "node_modules/combine-errors/Readme.md").read_text(encoding="utf-8")
    assert readme.rstrip().endswith("## License\n\nMIT")
