"""A damaged, full, locked or read-only place: commands end with a sentence, pages ask for patience.

Real processes on copies of the demonstration. A few pairs of damage and command are drawn with a fixed seed;
`make proofs` tries all of them.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest

from bench._visitor import TOKEN, Visitor
from deploy.process import Program, free_port, running
from sipinter.cli.demo.people import PASSWORD, PEOPLE, demo_email
from tests import prepared

SEED, SOME = 25, 5
NOBODY = 65534
PATIENCE_PAGE = "Silakan coba sebentar lagi"
SQLITE = prepared.SQLITE
COMMANDS = {
    "demo": ("demo",),
    "serve": ("serve", "--workers", "1", "--bind", "127.0.0.1:{port}"),
    "check": ("check",),
    "backup": ("backup", "{apart}/new.tar"),
    "restore": ("restore", "{apart}/made.tar", "--force", "--unsigned"),
    "audit verify": ("audit", "verify"),
    "audit checkpoint": ("audit", "checkpoint"),
    "migrate": ("manage", "migrate"),
    "worker": ("worker", "--once"),
}


def garbage(database: Path) -> None:
    database.write_bytes(Random(SEED).randbytes(100_000))


def truncated(database: Path) -> None:
    os.truncate(database, database.stat().st_size // 3)


def overwritten(database: Path) -> None:
    """From the twentieth page on, as after a fault of the disk."""
    with database.open("r+b") as file:
        file.seek(20 * 4096)
        file.write(Random(SEED).randbytes(database.stat().st_size - 21 * 4096))


def without_tables(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        for table in ("assessments_cycle", "accounts_user", "audit_event", "work_worker"):
            connection.execute(f"DROP TABLE {table}")
    connection.close()


def emptied(database: Path) -> None:
    database.write_bytes(b"")


DAMAGES: dict[str, Callable[[Path], None]] = {
    "garbage": garbage,
    "truncated": truncated,
    "overwritten": overwritten,
    "without tables": without_tables,
    "empty": emptied,
}
# On an empty file these begin anew, as on a new machine.
BEGIN = {("empty", "demo"), ("empty", "restore"), ("empty", "migrate")}
PAIRS = [(damage, command) for damage in DAMAGES for command in COMMANDS if (damage, command) not in BEGIN]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "pair" in metafunc.fixturenames:
        chosen = PAIRS if metafunc.config.getoption("proofs") else Random(SEED).sample(PAIRS, SOME)
        metafunc.parametrize("pair", chosen, ids=" | ".join)


def environment(var: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIPINTER_")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "sipinter.site.config.settings",
        "SIPINTER_DEMO": "1",
        "SIPINTER_LANG": "en",
        "SIPINTER_VAR": str(var),
    }


def run(
    var: Path, words: tuple[str, ...], *around: str, user: int | None = None
) -> subprocess.CompletedProcess[str]:
    filled = [word.format(port=free_port(), apart=var.parent) for word in words]
    return subprocess.run(
        [*around, *prepared.COMMAND, *filled],
        env=environment(var),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )


def ends_with_a_sentence(done: subprocess.CompletedProcess[str]) -> None:
    said = (done.stdout + done.stderr).strip()
    assert done.returncode in (1, 2), said
    assert "Traceback" not in said
    assert len(said.splitlines()[-1]) > 20


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A copy of the demonstration, with room beside it."""
    place = tmp_path / "var"
    shutil.copytree(prepared.demonstration(), place)
    return place


@pytest.fixture(scope="module")
def made_backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the demonstration as it was."""
    place = tmp_path_factory.mktemp("backup") / "var"
    shutil.copytree(prepared.demonstration(), place)
    done = run(place, ("backup", "{apart}/made.tar"))
    assert done.returncode == 0, done.stderr
    return place.parent / "made.tar"


def test_a_damaged_database_ends_a_command_with_a_sentence(
    pair: tuple[str, str], var: Path, request: pytest.FixtureRequest
) -> None:
    damage, command = pair
    if command == "restore":
        shutil.copy(request.getfixturevalue("made_backup"), var.parent / "made.tar")
    DAMAGES[damage](var / SQLITE)
    before = (var / SQLITE).read_bytes()
    ends_with_a_sentence(run(var, COMMANDS[command]))
    if damage != "empty":  # which any first look makes a database of no tables
        assert (var / SQLITE).read_bytes() == before


def test_a_file_that_may_not_be_written_is_named(var: Path) -> None:
    for path in (var.parent, *var.parent.parents, *var.rglob("*"), var):
        if path == Path("/tmp"):
            break
        path.chmod(0o755 if path.is_dir() else 0o644)
    for path in (var, *var.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    user = None if os.getuid() else NOBODY
    for command in ("audit checkpoint", "worker"):
        done = run(var, COMMANDS[command], user=user)
        ends_with_a_sentence(done)
        assert str(var) in done.stderr
    for path in (var, *var.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_one_that_another_process_holds_is_named_after_a_while(var: Path) -> None:
    holder = sqlite3.connect(var / SQLITE, isolation_level=None)
    holder.execute("PRAGMA locking_mode=EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    done = run(var, COMMANDS["audit checkpoint"])
    holder.close()
    ends_with_a_sentence(done)
    assert "held by another process" in done.stderr


def test_two_first_starts_at_once_make_one_demonstration(tmp_path: Path) -> None:
    words = [*prepared.COMMAND, "manage", "migrate", "-v", "0"]
    both = [
        subprocess.Popen(words, env=environment(tmp_path), stderr=subprocess.PIPE, text=True)
        for _number in range(2)
    ]
    ended = [(process.communicate(timeout=300)[1], process.returncode) for process in both]
    assert [code for _said, code in ended] == [0, 0]
    assert sorted("waiting for it" in said for said, _code in ended) == [False, True]


MOUNT = "mount -t tmpfs -o size={megabytes}m none {var} && cp -r {source}/. {var} || exit 9"
# What runs in a file system of its own fills and frees it when told so through a pipe outside.
ORDERS = """
( while read what < {orders}; do
    case $what in
      fill) dd if=/dev/zero of={var}/filler bs=4k ;;
      free) rm -f {var}/filler ;;
      end) break ;;
    esac
    echo done > {told}
  done ) > /dev/null 2>&1 &
"""


class SmallDisk:
    """A file system in memory that only the program under test sees."""

    def __init__(self, folder: Path, megabytes: int, *, is_ordered: bool = False) -> None:
        self.var, self.orders, self.told = folder / "small", folder / "orders", folder / "told"
        self.var.mkdir()
        os.mkfifo(self.orders)
        places = {"var": self.var, "told": self.told, "orders": self.orders}
        script = MOUNT.format(megabytes=megabytes, source=prepared.demonstration(), **places)
        script += (ORDERS.format(**places) if is_ordered else "\n") + 'exec "$@"'
        as_root = [] if os.getuid() == 0 else ["--user", "--map-root-user"]
        self.around = ("unshare", "--mount", *as_root, "sh", "-c", script, "sh")

    def order(self, what: str) -> None:
        """Have it done, and wait until it is."""
        self.told.unlink(missing_ok=True)
        with os.fdopen(os.open(self.orders, os.O_WRONLY | os.O_NONBLOCK), "w") as pipe:
            pipe.write(f"{what}\n")
        until = time.monotonic() + 60
        while not self.told.exists() and time.monotonic() < until:
            time.sleep(0.05)

    def end(self) -> None:
        """Nobody waits for orders any longer."""
        with suppress(OSError), os.fdopen(os.open(self.orders, os.O_WRONLY | os.O_NONBLOCK), "w") as pipe:
            pipe.write("end\n")


def size_of_demonstration() -> int:
    """In megabytes, on a disk that gives a file at least a page of 4 kB."""
    files = (path for path in prepared.demonstration().rglob("*") if path.is_file())
    return sum(-(-path.stat().st_size // 4096) * 4096 for path in files) // 2**20 + 1


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    made = SmallDisk(tmp_path, size_of_demonstration() + 6, is_ordered=True)
    yield made
    made.end()


@pytest.fixture
def address() -> str:
    return f"http://127.0.0.1:{free_port()}"


def serving(var: Path, address: str, log: Path, *around: str) -> Program:
    words = ("serve", "--workers", "1", "--bind", address.removeprefix("http://"))

    def is_ready() -> bool:
        try:
            return visitor(address).ask("page", "GET", "/sehat/hidup/").status == 200
        except OSError:
            return False

    return Program(
        "site",
        [*around, *prepared.COMMAND, *words],
        log=log,
        ready=is_ready,
        environment=environment(var) | {"SIPINTER_STATIC": str(static_files())},
    )


def static_files() -> Path:
    """Styles and scripts, as an installation collects them."""

    def collect(folder: Path) -> None:
        words = [*prepared.COMMAND, "manage", "collectstatic", "--noinput", "-v", "0"]
        subprocess.run(words, env=environment(folder) | {"SIPINTER_STATIC": str(folder)}, check=True)

    return prepared.once("static", collect)


def visitor(address: str) -> Visitor:
    return Visitor(address, lambda _kind, _seconds, _status: None)


KEEPER = next(demo_email(person) for person in PEOPLE if person.role == "keeper")


def try_to_sign_in(address: str) -> tuple[int, str]:
    """Status and body of the answer to a right password."""
    who = visitor(address)
    page = who.ask("page", "GET", "/akun/login/")
    if found := TOKEN.search(page.body):
        who.token = found[1].decode()
    body = f"csrfmiddlewaretoken={who.token}&login={KEEPER}&password={PASSWORD}".encode()
    kind = "application/x-www-form-urlencoded"
    answer = who.ask("sign in", "POST", "/akun/login/", body, Content_Type=kind, Accept_Language="id")
    return answer.status, answer.body.decode()


def test_on_a_full_disk_pages_ask_for_patience_and_keep_what_they_took(
    disk: SmallDisk, address: str, tmp_path: Path
) -> None:
    with running(serving(disk.var, address, tmp_path / "log", *disk.around)):
        keeper = visitor(address)
        keeper.sign_in(KEEPER, PASSWORD)
        begun = keeper.ask("page", "GET", "/").headers["Location"]
        found = re.search(r'href="(/penilaian/\d+/)', keeper.open(begun).body.decode())
        assert found, begun
        indicator = f"{found[1]}1.1/"
        keeper.save(indicator, [], "sebelum penuh")
        version = re.compile(rb'id="version" value="(\d+)"')
        page = keeper.open(indicator)
        disk.order("fill")
        said, taken = [], "sebelum penuh"
        for turn in range(12):
            fields = {"version": page.found(version), "note": f"saat penuh {turn}"}
            body = "&".join(f"{k}={v}" for k, v in {"csrfmiddlewaretoken": keeper.token, **fields}.items())
            kind = "application/x-www-form-urlencoded"
            answer = keeper.ask(
                "save", "POST", f"{indicator}simpan/", body.encode(), Content_Type=kind, HX_Request="true"
            )
            said.append(answer.status)
            if answer.status == 200:
                taken = f"saat penuh {turn}"
                page = keeper.open(indicator)
        assert set(said) <= {200, 503}
        assert 503 in said
        status, refused = try_to_sign_in(address)
        assert (status, PATIENCE_PAGE in refused) == (503, True)
        disk.order("free")
        assert try_to_sign_in(address)[0] == 302
        assert taken in keeper.open(indicator).body.decode()
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_command_on_a_full_disk_ends_with_a_sentence(tmp_path: Path) -> None:
    disk = SmallDisk(tmp_path, size_of_demonstration() + 2)
    done = run(disk.var, ("backup", f"{disk.var}/new.tar"), *disk.around)
    ends_with_a_sentence(done)
    assert re.search("full|No space", done.stderr)


@pytest.mark.parametrize("damage", ["garbage", "without tables"])
def test_pages_of_a_site_whose_database_is_damaged_ask_for_patience(
    damage: str, var: Path, address: str, tmp_path: Path
) -> None:
    with running(serving(var, address, tmp_path / "log")):
        assert try_to_sign_in(address)[0] == 302
        with closing(sqlite3.connect(var / SQLITE)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all that was written stands in the file
        copy = var / "copy"
        shutil.copy(var / SQLITE, copy)
        DAMAGES[damage](copy)
        with copy.open("rb") as source, (var / SQLITE).open("r+b") as target:
            target.truncate(0)
            shutil.copyfileobj(source, target)
        # What it has in memory it still shows; what it has to read asks for patience.
        paths = ("/daftar/", "/statistik/", "/keputusan/", "/", "/akun/login/")
        pages = [
            (page.status, page.body.decode())
            for page in (visitor(address).ask("page", "GET", path) for path in paths)
        ]
        pages += [try_to_sign_in(address) for _ in range(5)]
        assert {status for status, _ in pages} <= {200, 302, 404, 503}
        refused = [page for status, page in pages if status == 503]
        assert refused
        assert all(PATIENCE_PAGE in page for page in refused)
