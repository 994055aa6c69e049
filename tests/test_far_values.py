"""No value that a visitor can send breaks a page: a walk over every address, parameter and form.

The round of tests/permissions.py is played, and at four states every address is asked by somebody whom
docs/permissions.md says it lets in: with all parameters of its room set to a value from far outside, with
each number of the address itself far outside, and with each form of the page sent as it stands but for one
field. By default each gets a few of the values, others on the other engine; --proofs sends all.
"""

import ast
import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from django import forms
from django.core.cache import cache as attempts
from django.core.signals import got_request_exception
from django.db import connection
from django.urls import resolve, reverse
from django.utils.http import urlencode

import sipinter
from tests.permissions import COLUMNS, SHORT, Browsers, Stage, every_action, paths, stages, undone
from tests.test_permissions_matrix import written

VALUES = (
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "-1",
    str(10**30),
    "",
    "bukan angka",
    "a\0b",
    "٣٤",
    "²",
    "1e999",
    "NaN",
    "0001-01-01T00:00:00+23:59_1",
    "9999-12-31T23:59:59.999999-23:59_9999999999999999999999",
    "_".join("9" * 9),
)
STATES = ("filling", "verification", "plenary", "published")
ANYBODY = ("page", "after", "next", "q", "cari")
# Names that tell the framework something, not the view.
NOT_OURS = {"csrfmiddlewaretoken"}


@cache
def names_of(room: str) -> tuple[str, ...]:
    """Every parameter and form field of a room, and what every page may be asked."""
    found = set(ANYBODY)
    folder = Path(sipinter.__file__).parent.joinpath(*room.split(".")[1:])
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    ast.Attribute(ast.Attribute(_, "GET" | "POST"), _), [ast.Constant(str(name)), *_]
                ):
                    found.add(name)
                case ast.Subscript(ast.Attribute(_, "GET" | "POST"), ast.Constant(str(name))):
                    found.add(name)
    for form in subclasses(forms.Form):
        if form.__module__.startswith(f"{room}."):
            found |= set(form.base_fields)
    return tuple(sorted(found))


def subclasses(kind: Any) -> Iterator[Any]:
    for below in kind.__subclasses__():
        yield below
        yield from subclasses(below)


class Forms(HTMLParser):
    """The forms of a page: where each is sent, how, and what stands in it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, dict[str, str]]] = []
        self._list = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.found.append((given.get("action", ""), given.get("method", "get").upper(), {}))
        elif not self.found:
            return
        elif tag == "select":
            self._list = name
            self.found[-1][2].setdefault(name, "")
        elif tag == "option" and self._list and ("selected" in given or not self.found[-1][2][self._list]):
            self.found[-1][2][self._list] = given.get("value", "")
        elif tag == "textarea" and name:
            self.found[-1][2].setdefault(name, "Teks")
        elif tag == "input" and name and given.get("type") not in ("file", "submit"):
            is_choice = given.get("type") in ("radio", "checkbox")
            if not is_choice or "checked" in given or name not in self.found[-1][2]:
                self.found[-1][2][name] = given.get("value", "") or "1"


@dataclass
class Walk:
    """What was asked, and what broke."""

    every_value: bool
    asked: int = 0
    broke: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _forms: set[tuple[str, ...]] = field(default_factory=set)

    def values(self, about: str, few: int) -> list[str]:
        """All values, or a few in turn."""
        if self.every_value:
            return list(VALUES)
        first = crc32(f"{about} {connection.vendor}".encode())
        return [VALUES[(first + n * 4) % len(VALUES)] for n in range(few)]

    def ask(self, client: Any, method: str, path: str, sent: dict[str, str]) -> Any:
        """One request, taken back; what it raised is kept under its kind."""
        raised: list[str] = []

        def note(sender: Any, request: Any, **more: Any) -> None:
            import sys
            import traceback

            kind, error, trace = sys.exc_info()
            last = [frame for frame in traceback.extract_tb(trace) if "/src/sipinter/" in frame.filename][-1:]
            where = f"{Path(last[0].filename).name}:{last[0].lineno}" if last else "?"
            raised.append(f"{kind.__name__ if kind else ''}: {str(error)[:80]} at {where}")

        self.asked += 1
        attempts.clear()
        got_request_exception.connect(note)
        try:
            with undone():
                if method == "GET":
                    response = client.get(f"{path}{'&' if '?' in path else '?'}{urlencode(sent)}")
                else:
                    response = client.post(path, sent)
                if response.streaming:
                    b"".join(response.streaming_content)
        except Exception as error:  # while a download is written out
            self.broke[f"{type(error).__name__}: {str(error)[:80]}"].append(f"{method} {path} {sent}")
            return None
        finally:
            got_request_exception.disconnect(note)
        if response.status_code >= 500 and response.status_code != 503:
            self.broke[(raised or [f"status {response.status_code}"])[0]].append(f"{method} {path} {sent}")
        return response

    def address(self, client: Any, name: str, path: str) -> None:
        """The address with its parameters, its own numbers, and the forms on its page."""
        view = resolve(path.partition("?")[0]).func
        while hasattr(view, "__wrapped__"):
            view = view.__wrapped__
        module = getattr(view, "view_class", view).__module__
        room = (
            ".".join(module.split(".")[:3])
            if module.startswith("sipinter.")
            else "sipinter.foundation.accounts"
        )
        for value in self.values(f"GET {name}", 2):
            self.ask(client, "GET", path, dict.fromkeys(names_of(room), value))
        for value in self.values(f"POST {name}", 1):
            self.ask(client, "POST", path, dict.fromkeys(names_of(room), value))
        page = self.ask(client, "GET", path, {})
        if page is not None and not page.streaming and "text/html" in page.headers.get("Content-Type", ""):
            self.forms(client, path, page.content.decode("utf-8", "replace"))

    def forms(self, client: Any, path: str, page: str) -> None:
        """Each form, as it stands but for one field; the same form of several pages once."""
        reader = Forms()
        reader.feed(page)
        for action, method, filled in reader.found:
            target = action.partition("#")[0] or path
            if not target.startswith("/"):
                continue
            shape = (method, resolve(target.partition("?")[0]).view_name, *sorted(filled))
            if shape in self._forms or "logout" in shape[1] or shape[1] == "set_language":
                continue
            self._forms.add(shape)
            for one in filled.keys() - NOT_OURS:
                for value in self.values(f"{shape} {one}", 1):
                    self.ask(client, method, target, filled | {one: value})


def columns_let_in() -> dict[str, dict[str, str]]:
    """docs/permissions.md: GET address -> state ("" for all) -> the column of somebody who is let in."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for line, states in written().items():
        method, _, shown = line.partition(" ")
        for state, row in states.items():
            for mark in ("200", "to"):
                number = next((n for n, answer in enumerate(row) if answer == mark), None)
                if method in ("GET", "POST") and number is not None:
                    found[shown.partition(" ")[0]].setdefault(state, COLUMNS[number])
                    break
    return found


def client_of(browsers: Browsers, column: str) -> Any:
    client = browsers.clients[column]
    client.cookies.clear()
    client.cookies.update(browsers.kept[column])
    client.raise_request_exception = False
    return client


def numbers_far_outside(stage: Stage) -> Iterator[tuple[str, str]]:
    """Every address with a number among its parts, that number far outside."""
    for name, shown, path in paths(stage):
        match = resolve(path)
        if name != shown or not any(isinstance(value, int) for value in match.kwargs.values()):
            continue
        for part, value in match.kwargs.items():
            if isinstance(value, int):
                for far in (10**30, 2**63, 2**31):
                    yield name, reverse(name, kwargs=match.kwargs | {part: far})


@pytest.mark.django_db
def test_no_value_from_outside_breaks_a_page(request: pytest.FixtureRequest) -> None:
    logging.disable(logging.CRITICAL)
    every_action()  # imports every room, so that its forms are known
    walk = Walk(every_value=request.config.getoption("proofs"))
    told, seen = columns_let_in(), set[str]()
    browsers: Browsers | None = None
    try:
        for state, stage in stages():
            browsers = browsers or Browsers(stage)
            if state not in STATES:
                continue
            for name, shown, path in paths(stage):
                where = told.get(shown.partition(" ")[0], {})
                column = (
                    where.get(state) or where.get("") or ("administrator" if state == "published" else "")
                )
                if shown in seen or not column:
                    continue
                seen.add(shown)
                walk.address(client_of(browsers, column), name, path)
            if state == "published":
                for name, path in numbers_far_outside(stage):
                    column = next(iter(told.get(name, {}).values()), "administrator")
                    walk.ask(client_of(browsers, column), "GET", path, {})
                    walk.ask(client_of(browsers, column), "POST", path, {})
    finally:
        logging.disable(logging.NOTSET)
    assert len(seen) > 150
    assert walk.asked > 1000
    told_all = [f"{kind}: {len(where)} times, as {where[0][:300]}" for kind, where in walk.broke.items()]
    assert not told_all, "\n".join(told_all)
    assert len(SHORT) == len(COLUMNS)
