"""Names are understood in an import line: what of that can be held by reading the source.

`pytest -s tests/test_names.py` prints how many public functions have a name of one word.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import sipinter

SOURCE = Path(sipinter.__file__).parent
ONE_WORD_SHARE = 0.25

# Words that end like a participle and are none, or are one that says what it gives.
NO_PARTICIPLES = {"seed", "need", "feed", "embed"}
# Names that stand in three files or more, and mean the same in each.
SHARED: dict[str, str] = {}
# Modules that an import has to rename, and why.
RENAMED = {
    "assessment/selfassessment/queries/hints.py: hints": "the file is called so itself",
    "cli/staff_questions.py: nip": "the option is called so",
    "foundation/evidence/tasks.py: services": "three of them, imported for the tasks in them",
}


def module_level() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]]:
    """Every public function and class at the top of a module; overloads once."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        seen = set()
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if not node.name.startswith("_") and node.name not in seen:
                seen.add(node.name)
                yield path.relative_to(SOURCE), node


def functions() -> list[tuple[Path, str]]:
    return [(path, node.name) for path, node in module_level() if not isinstance(node, ast.ClassDef)]


def is_participle(name: str) -> bool:
    """One word such as `opened` or `known`, which says neither what is done nor what is given."""
    irregular = {
        "known",
        "held",
        "told",
        "kept",
        "shown",
        "said",
        "sent",
        "met",
        "drawn",
        "hidden",
        "written",
    }
    regular = name.endswith("ed") and name not in NO_PARTICIPLES
    return "_" not in name and (regular or name in irregular)


def test_one_word_names_are_the_exception() -> None:
    found = functions()
    short = [(path, name) for path, name in found if "_" not in name]
    print(f"\n{len(short)} of {len(found)} public functions have a name of one word:")
    for path, name in short:
        print(f"  {name:14} {path}")
    assert len(short) <= ONE_WORD_SHARE * len(found)


def test_no_function_is_named_by_a_bare_participle() -> None:
    assert [(str(path), name) for path, name in functions() if is_participle(name)] == []


def test_no_name_means_three_things() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for path, node in module_level():
        places[node.name].add(str(path))
    several = {
        name: sorted(files) for name, files in places.items() if len(files) >= 3 and name not in SHARED
    }
    assert several == {}


def test_no_import_has_to_rename_what_the_house_calls_it() -> None:
    """Two names that clash want a better one each."""
    renamed = []
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (
                node.level or (node.module or "").startswith("sipinter")
            ):
                renamed += [
                    f"{path.relative_to(SOURCE)}: {alias.name}"
                    for alias in node.names
                    if alias.asname and alias.asname != alias.name
                ]
    assert set(renamed) == set(RENAMED)
