"""Nothing that is read can become code: no pickle and its like anywhere, and what Django keeps is JSON."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.module_loading import import_string

from sipinter.foundation.web.cache.signed import SignedCache
from sipinter.site.config.caches import cache_settings

ROOT = Path(__file__).parents[1]
FILES = [
    path for folder in ("src", "deploy", "bench", "tests") for path in sorted((ROOT / folder).rglob("*.py"))
]
MODULES = {"pickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle", "joblib", "dbm"}
BUILT_IN = {"eval", "exec", "compile"}
METHODS = {"read_pickle", "to_pickle", "unsafe_load", "full_load", "load_all", "UnsafeLoader", "FullLoader"}


def unsafe_parts(tree: ast.AST) -> Iterator[str]:
    """Names in the source by which data can become code."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names if alias.name.partition(".")[0] in MODULES)
            case ast.ImportFrom(str(module)) if module.partition(".")[0] in MODULES:
                yield module
            case ast.Call(ast.Name("__import__" | "import_module"), [ast.Constant(str(name)), *_]):
                yield from (name for name in [name] if name.partition(".")[0] in MODULES)
            case ast.Call(ast.Name(name)) if name in BUILT_IN:
                yield name
            case ast.Attribute(ast.Name("yaml"), "load"):
                yield "yaml.load"
            case ast.Attribute(_, name) if name in METHODS:
                yield name
            case ast.keyword("allow_pickle", ast.Constant(True)):
                yield "allow_pickle"


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from marshal import loads",
        "import shelve as s",
        "import_module('pickle')",
        "yaml.load(text)",
        "yaml.unsafe_load(text)",
        "eval(text)",
        "exec(text)",
        "polars.read_pickle(path)",
        "numpy.load(path, allow_pickle=True)",
    ],
)
def test_each_of_them_is_found(text: str) -> None:
    assert list(unsafe_parts(ast.parse(text)))


def test_the_source_has_none() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in FILES
        for name in unsafe_parts(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set()


@pytest.mark.parametrize("url", ["", "database", "redis://127.0.0.1:6379/0"])
def test_every_cache_holds_signed_json(url: str, tmp_path: Path) -> None:
    backend = import_string(cache_settings(url, tmp_path)["BACKEND"])
    assert issubclass(backend, SignedCache)
    pickling = {
        "django.core.cache.backends.db.DatabaseCache",
        "django.core.cache.backends.filebased.FileBasedCache",
    }
    assert not pickling & {f"{base.__module__}.{base.__name__}" for base in backend.__mro__}
