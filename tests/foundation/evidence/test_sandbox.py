"""What strangers' code reaches from inside the reader (`hostile.py` is that code): nothing but its file.

The same code run without the reader does reach each thing: none of them is refused for another reason.
"""

import errno
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from sipinter.foundation.evidence.reader import client, kernel
from sipinter.foundation.evidence.reader.faults import DAMAGED, TOO_HARD, ReaderFault

from . import hostile, making

CANARY = "kenari-rahasia-7f3a"
FILE = "isi berkas yang diserahkan"
DEBIAN_12 = 2  # the version of Landlock in Debian 12's own kernel
FILES = {"key file", "database", "another's evidence", "a path through the own file"}


@pytest.fixture
def targets(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A site's secrets, each with the canary in it: files of a folder and three services that say it."""
    for name in ("kunci.pem", "bukti.pdf", "ditimpa", "dipotong", "dipindah", "dihapus"):
        (tmp_path / name).write_text(CANARY)
    (tmp_path / "diserahkan").write_text(FILE)
    with sqlite3.connect(tmp_path / "sipinter.sqlite3") as database:
        database.execute("CREATE TABLE sandi (isi TEXT)")
        database.execute("INSERT INTO sandi VALUES (?)", [CANARY])
    database.close()
    abstract = f"@kenari-{os.getpid()}-{tmp_path.name}"
    unix, hidden = (socket.socket(socket.AF_UNIX) for _ in range(2))
    unix.bind(str(tmp_path / "layanan"))
    hidden.bind(abstract.replace("@", "\0"))
    tcp, udp = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    services = (tcp, unix, hidden)
    for service in services:
        service.listen()
        threading.Thread(target=tell, args=(service,), daemon=True).start()
    yield {
        "folder": str(tmp_path),
        "tcp": tcp.getsockname()[1],
        "udp": udp.getsockname()[1],
        "abstract": abstract,
    }
    for service in (*services, udp):
        service.close()
    Path("/tmp", tmp_path.name).unlink(missing_ok=True)


def tell(service: socket.socket) -> None:
    """Say the canary to whoever connects."""
    while True:
        try:
            peer, _ = service.accept()
        except OSError:
            return
        with peer:
            peer.sendall(CANARY.encode())


def run_server(targets: dict[str, Any], *changes: str) -> Any:
    """What the hostile code reports from a server that has the canary in its environment."""
    done = subprocess.run(
        [sys.executable, "-I", "-B", hostile.__file__, "server", json.dumps(targets), *changes],
        env={"SIPINTER_SECRET_KEY": CANARY},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def names_of_told(found: Any) -> set[str]:
    """By what the canary was reached."""
    return {name for name, what in found["reached"].items() if CANARY in what}


@pytest.fixture
def hostile_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process's reader has the operations of `hostile.py`."""
    monkeypatch.setattr(client, "PROGRAM", hostile.program())
    monkeypatch.setattr(client, "_reader", None)
    yield
    client._current().close()


def test_without_the_reader_the_code_reaches_everything(targets: dict[str, Any]) -> None:
    found = run_server(targets)
    assert found["refused"] == {}
    services = {"network by TCP", "socket in the folder", "abstract socket"}
    environments = {"environment of the server", "environment of the process above"}
    assert names_of_told(found) == FILES | services | environments


@pytest.mark.parametrize("abi", ["", f"abi={DEBIAN_12}"], ids=["this kernel", "Debian 12"])
def test_in_the_reader_it_reaches_its_file_and_nothing_else(targets: dict[str, Any], abi: str) -> None:
    assert kernel.landlock_abi() >= DEBIAN_12, "tests run on a kernel with Landlock, as production does"
    found = run_server(targets, abi)
    assert found["reached"] == {}
    assert found["file"] == FILE
    assert set(found["variables"]) <= {"LC_CTYPE"}  # which Python sets itself
    assert CANARY not in json.dumps(found)
    for name in ("ditimpa", "dipotong", "dipindah", "dihapus"):
        assert Path(targets["folder"], name).read_text() == CANARY


def test_without_landlock_files_are_all_that_it_reads_and_it_changes_none(targets: dict[str, Any]) -> None:
    found = run_server(targets, "abi=0")
    assert names_of_told(found) == FILES
    for name in ("ditimpa", "dipotong", "dipindah", "dihapus"):
        assert Path(targets["folder"], name).read_text() == CANARY


def test_without_seccomp_a_socket_in_a_folder_is_all_that_it_reads(targets: dict[str, Any]) -> None:
    assert names_of_told(run_server(targets, "no_seccomp")) == {"socket in the folder"}


@pytest.mark.usefixtures("hostile_reader")
def test_calls_known_from_escapes_do_not_exist_in_it(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_bytes(b"")
    found = client.ask_reader_json("try_calls", tmp_path / "berkas")
    assert len(found) > 70
    assert {name for name, number in found.items() if number != errno.ENOSYS} == set()


@pytest.mark.usefixtures("hostile_reader")
def test_code_that_takes_its_alarm_back_is_ended(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_bytes(making.pdf())
    started = monotonic()
    with pytest.raises(ReaderFault) as fault:
        client.ask_reader("stay", tmp_path / "berkas", seconds=1)
    assert fault.value.code == TOO_HARD
    assert monotonic() - started < 30
    reader = client._current().process.pid
    until = monotonic() + 20
    while children_of(reader) and monotonic() < until:
        sleep(0.1)
    assert children_of(reader) == []


def children_of(process: int) -> list[str]:
    """Numbers of the processes under it."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(after_name[1]) == process:
            found.append(stat.parent.name)
    return found


@pytest.mark.usefixtures("hostile_reader")
def test_an_answer_larger_than_any_reading_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_bytes(making.pdf())
    with pytest.raises(ReaderFault) as fault:
        client.ask_reader("flood", tmp_path / "berkas")
    assert fault.value.code == DAMAGED


@pytest.mark.parametrize(
    "start",
    [
        "import sipinter.site.config.wsgi",
        "from sipinter.cli.worker import worker_command; worker_command.main(['--once'])",
    ],
    ids=["site", "worker"],
)
def test_the_server_gives_its_memory_to_no_other_process(tmp_path: Path, start: str) -> None:
    code = f"""
import ctypes
try:
    {start}
finally:
    print("dumpable", ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))  # PR_GET_DUMPABLE
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "SIPINTER_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "dumpable 0" in done.stdout


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ("", []),
        ("abi=0", ["landlock"]),
        ("no_seccomp", ["seccomp"]),
        ("no_namespaces", ["namespaces"]),
    ],
)
def test_parts_that_the_kernel_lacks_are_named(
    monkeypatch: pytest.MonkeyPatch, changes: str, missing: list[str]
) -> None:
    monkeypatch.setattr(client, "PROGRAM", hostile.program(changes))
    monkeypatch.setattr(client, "_reader", None)
    assert client.find_missing_parts() == missing
    client._current().close()
