"""The caches: what they keep, and that nobody but this installation puts anything into them."""

import base64
import json
import logging
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.core.signing import Signer
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sipinter.foundation.accounts import tasks
from sipinter.foundation.web.cache.folder import CacheFolder
from sipinter.foundation.web.cache.signed import SignedCache
from sipinter.site.config.caches import TABLE
from sipinter.site.config.caches import cache_settings as configured

pytestmark = pytest.mark.django_db
LOG = "sipinter.foundation.web.cache"
DAY = 86400.0


@pytest.fixture(scope="module")
def redis_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server of this file's own, where one is installed."""
    pytest.importorskip("redis")
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    socket = tmp_path_factory.mktemp("redis") / "socket"
    command = [program, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(socket.parent)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        until = time.monotonic() + 10
        while not socket.exists() and time.monotonic() < until:
            time.sleep(0.05)
        yield f"unix://{socket}?db=0"
        server.terminate()


@pytest.fixture(params=["folder", "table", "redis"])
def kept(request: Any, settings: Any, tmp_path: Path) -> Iterator[SignedCache]:
    url = {"folder": "", "table": "database", "redis": "redis://127.0.0.1/0"}[request.param]
    settings.CACHES = {"default": configured(url, tmp_path / "cache")}
    if request.param == "redis":
        settings.CACHES["default"]["LOCATION"] = request.getfixturevalue("redis_address")
    if request.param == "table":
        call_command("createcachetable", verbosity=0)
    found = caches["default"]
    assert isinstance(found, SignedCache)
    yield found
    found.clear()


only_table = pytest.mark.parametrize("kept", ["table"], indirect=True)


def text_of(kept: SignedCache, key: str) -> str:
    """What lies in the store under the key."""
    name = kept.make_key(key)
    return kept.read_texts([name])[name]


def overwrite(kept: SignedCache, key: str, text: str) -> None:
    """As whoever can write to the store does it, past the cache."""
    kept.write_text(kept.make_key(key), text, time.time() + DAY)


def test_what_was_set_is_given_back(kept: SignedCache) -> None:
    kept.set("a", [1.5, "x"], 60)
    kept.set("a", {"later": None}, 60)
    kept.set("always", 3, None)
    assert kept.get("a") == {"later": None}
    assert kept.get_many(["a", "always", "never"]) == {"a": {"later": None}, "always": 3}
    assert kept.get("never", "otherwise") == "otherwise"
    assert kept.get_many([]) == {}
    assert (kept.incr("always"), kept.get("always")) == (4, 4)
    assert (kept.delete("a"), kept.delete("a")) == (True, False)
    assert kept.get("a") is None


def test_only_the_first_one_adds(kept: SignedCache) -> None:
    assert [kept.add("lock", name, 60) for name in ("first", "second")] == [True, False]
    assert kept.get("lock") == "first"


def test_what_has_run_out_is_gone(kept: SignedCache) -> None:
    kept.set("a", "old", -1)
    assert kept.get("a") is None
    assert not kept.touch("a", 60)
    assert kept.add("a", "new", 60)
    assert (kept.get("a"), kept.touch("a", 60), kept.has_key("a")) == ("new", True, True)


@pytest.mark.parametrize("value", [b"bytes", {1, 2}, datetime(2026, 1, 2, tzinfo=UTC), object()])
def test_what_is_no_json_is_refused(kept: SignedCache, value: object) -> None:
    with pytest.raises(TypeError):
        kept.set("a", value, 60)
    assert kept.get("a") is None


@only_table
def test_a_call_is_one_statement(kept: SignedCache) -> None:
    calls = (
        lambda: kept.set("a", 1, 60),
        lambda: kept.get("a"),
        lambda: kept.delete("a"),
        lambda: kept.add("a", 2, 60),
        kept.clear,
    )
    for call in calls:
        with CaptureQueriesContext(connection) as asked:
            call()
        assert len(asked) == 1


@pytest.mark.parametrize("kept", ["folder", "table"], indirect=True)
def test_a_task_removes_what_has_run_out(kept: SignedCache) -> None:
    for number in range(3):
        kept.set(str(number), number, -1)
    kept.set("stays", 1, 60)
    kept.set("for-ever", 1, None)
    assert tasks.delete_expired_counts.func() == 3
    assert kept.get_many(["0", "stays", "for-ever"]) == {"stays": 1, "for-ever": 1}


def test_the_task_leaves_other_caches_alone(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert tasks.delete_expired_counts.func() == 0


# --- what others write ----------------------------------------------------------------------------------
def pickle_that_makes(folder: Path) -> str:
    """What makes the folder when it is unpickled, as Django's caches keep a value."""
    return base64.b64encode(f"cposix\nmkdir\n(V{folder}\ntR.".encode()).decode()


@only_table
def test_code_in_the_table_is_not_run(
    kept: SignedCache, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    target = tmp_path / "code was run"
    kept.set("count", [1.0], 60)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET value = %s", [pickle_that_makes(target)])
        assert cursor.rowcount == 1
    with caplog.at_level(logging.WARNING, LOG):
        assert kept.get("count", "nothing") == "nothing"
        assert kept.get("count", "nothing") == "nothing"
    assert not target.exists()
    assert [record.getMessage() for record in caplog.records] == [
        "removed from the cache: a value that this installation did not sign for its key"
    ]


def test_what_was_not_signed_here_counts_as_none(
    kept: SignedCache, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    target = tmp_path / "code was run"
    salt = f"{LOG}:{kept.make_key('count')}"
    others = Signer(key="a key of somebody else", salt=salt).sign_object([time.time() + 60, []])
    forged = (pickle_that_makes(target), "[]", json.dumps([None, [1]]), "", ":", "\ufffd\n", "é" * 99, others)
    with caplog.at_level(logging.WARNING, LOG):
        for text in forged:
            kept.set("count", [1.0], 60)
            overwrite(kept, "count", text)
            assert kept.get("count", "nothing") == "nothing"
    assert not target.exists()
    assert len(caplog.records) == len(forged)


def test_a_file_of_any_bytes_counts_as_none(tmp_path: Path) -> None:
    kept = CacheFolder(tmp_path, {})
    kept.set("count", [1.0], 60)
    (path,) = (path for path in tmp_path.iterdir() if len(path.name) == 64)
    path.write_bytes(b"\x80\x05\xff\0")
    assert kept.get("count") is None
    assert not path.exists()


def test_no_value_serves_another_key(kept: SignedCache) -> None:
    kept.set("attempts-of-one", [], 60)
    kept.set("attempts-of-another", [1.0, 2.0, 3.0], 60)
    overwrite(kept, "attempts-of-another", text_of(kept, "attempts-of-one"))
    assert kept.get("attempts-of-another", "nothing") == "nothing"
    assert kept.get("attempts-of-one") == []


def test_no_value_lasts_longer_than_it_was_given(kept: SignedCache) -> None:
    kept.set("used-code", True, 0.05)
    text = text_of(kept, "used-code")
    time.sleep(0.06)
    overwrite(kept, "used-code", text)
    assert kept.get("used-code") is None
    overwrite(kept, "used-code", text)
    assert kept.add("used-code", "another", 60)


def test_a_forged_lock_keeps_nobody_out(kept: SignedCache) -> None:
    kept.set("lock", 1, 60)
    overwrite(kept, "lock", "forged")
    assert [kept.add("lock", name, 60) for name in ("first", "second")] == [True, False]
    assert kept.get("lock") == "first"


@only_table
def test_a_row_whose_time_was_moved_by_hand_gains_nothing(kept: SignedCache) -> None:
    kept.set("count", [1.0], -1)
    with connection.cursor() as cursor:
        later = connection.ops.adapt_datetimefield_value(datetime.now(UTC) + timedelta(days=9))
        cursor.execute(f"UPDATE {TABLE} SET expires = %s", [later])
    assert kept.get("count") is None


def test_an_earlier_secret_key_still_reads(kept: SignedCache, settings: Any) -> None:
    kept.set("count", [1.0], 60)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next one"
    assert kept.get("count") == [1.0]
    settings.SECRET_KEY_FALLBACKS = []
    assert kept.get("count") is None
