"""The private PostgreSQL: what was committed outlives kill -9, and nothing is left behind."""

import psycopg
import pytest

from deploy.postgres import Postgres, _processes_in, postgres


def insert(server: Postgres, number: int) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


def test_commits_outlive_kill_and_restart() -> None:
    with postgres(lasting=True) as server:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (number integer)")
        insert(server, 1)
        with psycopg.connect(server.url()) as open_session:
            open_session.execute("INSERT INTO kept VALUES (0)")
            server.kill()
            with pytest.raises(psycopg.OperationalError):
                open_session.commit()
        server.start()
        insert(server, 2)
        server.stop()
        server.start()
        with psycopg.connect(server.url()) as connection:
            found = [row[0] for row in connection.execute("SELECT number FROM kept ORDER BY 1")]
        data = server.folder / "data"
    assert found == [1, 2]
    assert not data.exists()
    assert _processes_in(data) == []


def test_a_new_database_is_empty_and_has_an_address() -> None:
    with postgres() as server, psycopg.connect(server.create("kosong")) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("kosong",)
