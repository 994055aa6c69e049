"""No private part of a library, but in the files that docs/architecture.md names."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

import sipinter

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/sipinter"
FOLDERS = (SOURCE, ROOT / "tests", ROOT / "bench", ROOT / "deploy")
OURS = {"sipinter", "tests", "bench", "deploy"}
# Their libraries document them, whatever they are called.
DOCUMENTED = {
    "_meta": "Django's options of a model",
    "_base_manager": "Django's manager that leaves out nothing",
    "_default_manager": "Django's manager of a model that is not known before",
    "_db": "the database that a manager of Django was asked to use",
    "_exit": "ends a forked process (os)",
}
DOTTED = re.compile(r"[a-z]\w*(\.\w+)+")
ROW = re.compile(r"^\| `([\w/.]+\.py)` \|.*\| `([\w/.]+\.py)` \|$", re.MULTILINE)


def is_private(name: str) -> bool:
    """Of a dotted name, whether any part of it is."""
    return any(part == "internal" or re.match("_(?!_)", part) for part in name.split("."))


@cache
def trees() -> dict[str, ast.Module]:
    """Every file of the program, its tests and its measurements."""
    paths = [path for folder in FOLDERS for path in sorted(folder.rglob("*.py"))]
    return {shown(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def shown(path: Path) -> str:
    """As docs/architecture.md writes a path: from the package or from the root."""
    return str(path.relative_to(SOURCE if path.is_relative_to(SOURCE) else ROOT))


def given_names(tree: ast.AST) -> set[str]:
    """Private names that a file itself gives to something."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                found.add(name)
            case ast.Name(name, ast.Store()):
                found.add(name)
            case ast.Attribute(ast.Name("self" | "cls"), name, ast.Store()):
                found.add(name)
    return {name for name in found if is_private(name)}


@cache
def own_names() -> frozenset[str]:
    """Those of the whole repository: what a class may have from a base of ours."""
    return frozenset().union(*map(given_names, trees().values()))


def own_imports(tree: ast.AST) -> set[str]:
    """Names that a file has from another file of ours, and the packages themselves."""
    return OURS | {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.level or str(node.module).partition(".")[0] in OURS)
        for alias in node.names
    }


def private_uses(tree: ast.AST) -> Iterator[str]:
    """Imports, attributes and names in text of what is private to others."""
    given, ours = given_names(tree) | DOCUMENTED.keys(), own_imports(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names if is_foreign(alias.name))
            case ast.ImportFrom(str(module), names, 0):
                yield from (name for alias in names if is_foreign(name := f"{module}.{alias.name}"))
            case ast.Attribute(ast.Name("self" | "cls"), name) if name in own_names():
                pass
            case ast.Attribute(of, name) if is_private(name) and name not in given:
                if not ours & {part.id for part in ast.walk(of) if isinstance(part, ast.Name)}:
                    yield ast.unparse(node)
            case ast.Call(ast.Name("getattr" | "setattr" | "hasattr"), [_, ast.Constant(str(name)), *_]):
                if is_private(name) and name not in given:
                    yield ast.unparse(node)
            case ast.Constant(str(name)) if DOTTED.fullmatch(name) and is_foreign(name):
                yield name


def is_foreign(name: str) -> bool:
    """Whether a dotted name leads to a private part of a package that is installed here, and not ours."""
    package = name.partition(".")[0]
    return package not in OURS and is_private(name) and find_spec(package) is not None


def named_files() -> dict[str, str]:
    """The files that may, each with the test that says what breaks."""
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    return dict(ROW.findall(page.partition("## Private parts of libraries")[2].partition("\n## ")[0]))


def test_only_the_named_files_use_a_private_part() -> None:
    found = {path: sorted(set(private_uses(tree))) for path, tree in trees().items()}
    assert {path: uses for path, uses in found.items() if uses and path not in named_files()} == {}


def test_every_named_file_uses_one_and_has_a_test() -> None:
    assert named_files()
    for path, test in named_files().items():
        assert list(private_uses(trees()[path])), path
        module = path.removesuffix(".py").rpartition("/")[2]
        imports = [node for node in ast.walk(trees()[test]) if isinstance(node, ast.ImportFrom)]
        assert any(module in ast.unparse(node) for node in imports), test


def test_no_class_redefines_a_private_part_of_its_library() -> None:
    """A method that a library calls by a private name is one that it may stop calling."""
    found = []
    for module in pkgutil.walk_packages(sipinter.__path__, "sipinter."):
        if "migrations" in module.name or module.name.endswith("__main__"):
            continue
        for kind in vars(importlib.import_module(module.name)).values():
            if not inspect.isclass(kind) or kind.__module__ != module.name:
                continue
            written = {name for name in vars(kind) if name in own_names()}
            for base in kind.__mro__[1:]:
                if base.__module__.partition(".")[0] not in OURS:
                    found += [f"{kind.__qualname__}.{name}" for name in written & vars(base).keys()]
    assert found == []


@pytest.mark.parametrize(
    ("code", "uses"),
    [
        ("from allauth.account.internal.flows.login import perform_login", 1),
        ("from allauth.core.internal import ratelimit", 1),
        ("from allauth.core import internal", 1),
        ("from allauth.socialaccount.adapter import _build_apps_from_settings as apps", 1),
        ("import duckdb._sources", 1),
        ("settings._wrapped.X", 1),
        ("getattr(request, '_login_stage', None)", 1),
        ("sys.modules.get('narwhals._duckdb.utils')", 1),
        ("monkeypatch.setattr('allauth.mfa.totp.internal.auth.time', None)", 1),
        ("from allauth.account.authentication import get_authentication_records", 0),
        ("from sipinter.foundation.accounts.oidc import _vouches; User._meta; '_saved.html'", 0),
        ("from __future__ import annotations; self.__class__; 'web.internal'", 0),
    ],
)
def test_what_counts_as_one(code: str, uses: int) -> None:
    assert len(list(private_uses(ast.parse(code)))) == uses
