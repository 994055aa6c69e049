"""Fifty hostile files arrive at a really running site with one worker; what others feel of it.

`python -m bench.hostile` starts a site of its own (SQLite, gunicorn, one worker) and sends strokes, cells,
nested drawings, entities and openings that nothing closes, from ten agencies. Meanwhile the page of health
and saves of ten other agencies are timed. Ends with 1 when a limit is passed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench._round import PASSWORD
from bench._visitor import Failed, Visitor
from bench.deadline import JUDGED, Measured, judged_waits, site, waits_line

FILES, SENDERS, SAVERS = 50, 10, 10
ALIVE, SAVED = 0.3, 0.5  # seconds within which 95 of 100 are answered


def hostile_files() -> list[tuple[str, bytes]]:
    """Name and bytes of fifty files, no two alike."""
    from tests.hostile import bombs

    kinds: list[tuple[str, Callable[[], bytes]]] = [
        ("coretan.pdf", lambda: bombs.drawing(b"0 0 m 595 842 l 0 842 l 595 0 l S\n" * 1_500_000)),
        ("q.pdf", lambda: bombs.drawing(b"q " * 5_000_000)),
        ("sel.xlsx", lambda: bombs.cells(3_000_000)),
        ("bersarang.pdf", lambda: bombs.forms_in_forms(9, 10)),
        ("entitas.docx", lambda: bombs.word(b"<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", bombs.laughs())),
        ("unsur.docx", lambda: bombs.word(b"<w:p>" * 400_000 + b"</w:p>" * 400_000)),
    ]
    for token in (b"<Override ", b"<Relationship ", b"<w:instrText>", b"<x dde "):
        part = "[Content_Types].xml"
        opened = b"<r>" + bombs.opened(token)
        kinds.append(("buka.docx", lambda opened=opened, part=part: _changed(part, opened)))  # type: ignore[misc]
    made = [(name, make()) for name, make in kinds]
    return [_numbered(*made[number % len(made)], number) for number in range(FILES)]


def _changed(part: str, body: bytes) -> bytes:
    from tests.foundation.evidence import making
    from tests.hostile import bombs

    return bombs.changed(making.letter(), part, body)


def _numbered(name: str, body: bytes, number: int) -> tuple[str, bytes]:
    """The file under other bytes: an entry more in an archive, a remark at the end of a PDF."""
    if name.endswith(".pdf"):
        return name, body.replace(b"%%EOF", b"%%%d\n%%%%EOF" % number)
    from tests.foundation.evidence import making

    return name, making.with_part(body, f"docProps/{number}.bin", b"x")


def _watch(address: str, measured: Measured, end: threading.Event) -> None:
    visitor = Visitor(address, measured.note)
    while not end.is_set():
        visitor.ask("alive", "GET", "/sehat/hidup/")
        time.sleep(0.1)


def _signed_in(address: str, who: dict[str, Any], measured: Measured) -> Visitor:
    keeper = Visitor(address, measured.note)
    keeper.sign_in(who["keeper"], PASSWORD)
    return keeper


def _save(address: str, who: dict[str, Any], measured: Measured, end: threading.Event) -> None:
    keeper = _signed_in(address, who, measured)
    turn = 0
    while not end.is_set():
        turn += 1
        try:
            keeper.save(f"/penilaian/{who['assessment']}/1.1/", [1, 2], f"Catatan {turn}")
        except (Failed, OSError) as error:
            measured.fail(f"save: {error}")
        time.sleep(1.0)


def _send(address: str, who: dict[str, Any], files: Sequence[tuple[str, bytes]], measured: Measured) -> None:
    keeper = _signed_in(address, who, measured)
    path = f"/penilaian/{who['assessment']}/3.4/"
    keeper.open(path)
    for name, body in files:
        try:
            keeper.upload(path, name, body)
        except (Failed, OSError) as error:
            measured.fail(f"{name}: {error}")


def main(arguments: Sequence[str] = ()) -> None:
    """Prints the figures; ends with 1 when a limit is passed or something was not answered."""
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    from deploy.process import Program, free_port

    files = hostile_files()
    with tempfile.TemporaryDirectory(prefix="sipinter-hostile-") as folder:
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SIPINTER_", "DJANGO_"))}
        environment = kept | {
            "SIPINTER_DEMO": "1",
            "SIPINTER_VAR": folder,
            "SIPINTER_STATIC": str(Path(folder) / "static"),
            "SIPINTER_BASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "sipinter.site.config.settings",
            "SIPINTER_LIMITS": "login=1000/m/ip",
        }
        sipinter = str(Path(sys.executable).with_name("sipinter"))
        _run([sipinter, "manage", "migrate", "-v", "0"], environment)
        _run([sipinter, "manage", "collectstatic", "--noinput", "-v", "0"], environment)
        people = site(["make", str(SENDERS + SAVERS)], environment)
        server = Program(
            "sipinter",
            [sipinter, "serve", "--with-worker", "--bind", f"127.0.0.1:{port}"],
            log=Path(folder) / "serve.log",
            ready=lambda: _answers(address),
            environment=environment,
        )
        server.start()
        try:
            measured, waits, took = _play(address, people, files, environment)
        finally:
            server.stop()
    _report(measured, waits, took)


def _run(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, env=environment, check=True)


def _answers(address: str) -> bool:
    try:
        return Visitor(address, lambda *_: None).ask("up", "GET", "/sehat/").status == 200
    except (Failed, OSError):
        return False


def _play(
    address: str, people: list[dict[str, Any]], files: list[tuple[str, bytes]], environment: dict[str, str]
) -> tuple[Measured, list[float], float]:
    """The measured requests, how long each file waited (s), and how long it all took (s)."""
    measured, end, began = Measured(), threading.Event(), time.monotonic()
    beside = [threading.Thread(target=_watch, args=[address, measured, end])]
    beside += [threading.Thread(target=_save, args=[address, who, measured, end]) for who in people[SENDERS:]]
    senders = [
        threading.Thread(target=_send, args=[address, who, files[number::SENDERS], measured])
        for number, who in enumerate(people[:SENDERS])
    ]
    for thread in (*beside, *senders):
        thread.start()
    for thread in senders:
        thread.join()
    waits = judged_waits(environment, began + JUDGED)
    end.set()
    for thread in beside:
        thread.join()
    return measured, waits, time.monotonic() - began


def _report(measured: Measured, waits: list[float], took: float) -> None:
    print(f"{FILES} hostile files from {SENDERS} agencies, {SAVERS} others saving, {took:.0f} s")
    for line in measured.report():
        print(line)
    print(waits_line(waits))
    late = {kind: sorted(times)[int(len(times) * 0.95)] for kind, times in measured.seconds.items()}
    passed = [
        f"{kind}: {late[kind] * 1000:.0f} ms, limit {limit * 1000:.0f} ms"
        for kind, limit in (("alive", ALIVE), ("save", SAVED))
        if late[kind] > limit
    ]
    for sentence in (*passed, *measured.faults[:10]):
        print(f"  {sentence}")
    if passed or measured.faults or len(waits) != FILES or waits[-1] > JUDGED:
        raise SystemExit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
