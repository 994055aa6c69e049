"""A staff: a folder of tables, and the hashes of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sipinter.merit.data.tables import TABLES
from sipinter.merit.engine.base import Engine, Frame, Placing, StaffHistory, join_histories
from sipinter.rules.messages import Message, Refusal

SUFFIXES = (".parquet", ".csv", ".xlsx")


class Staff:
    """A folder of staff tables, read by an engine as they are asked for."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder, self.engine = folder, engine
        self.used: dict[str, Path] = {}
        self._hashes: dict[Path, str] = {}
        if not folder.is_dir():
            raise Refusal(Message("{path}: is not a folder", path=folder))

    def path(self, name: str) -> Path | None:
        """The table's file, None when there is none."""
        places = (self.folder / f"{name}{suffix}" for suffix in SUFFIXES)
        return next((path for path in places if path.exists()), None)

    def table(self, name: str) -> Frame | None:
        """A table, None where the folder has no such file; Refusal when it must have one."""
        path = self.path(name)
        if path is None:
            if TABLES[name].required:
                raise Refusal(
                    Message("{path}: has no file {name}.parquet, .csv or .xlsx", path=self.folder, name=name)
                )
            return None
        self.used[name] = path
        return self.engine.read(path, TABLES[name])

    def need(self, name: str) -> Frame:
        """A table without which there is nothing to compute."""
        frame = self.table(name)
        if frame is None:
            raise Refusal(
                Message("{path}: has no file {name}.parquet, .csv or .xlsx", path=self.folder, name=name)
            )
        return frame

    def beside(self, people: Frame, placed: Placing, histories: Sequence[StaffHistory]) -> Frame:
        """The people, `placed` (row by row), and beside each one row of each history (`join_histories`)."""
        if all(path.suffix == ".parquet" for path in self.used.values()):
            return self.engine.beside(people, placed, histories)
        return join_histories(placed(people), histories)

    def hashes(self, names: Iterable[str]) -> dict[str, str | None]:
        """SHA-256 of each table's file, read once in this process; None for a table that is not there."""
        paths = {name: self.path(name) for name in names}
        new = [path for path in paths.values() if path and path not in self._hashes]
        with ThreadPoolExecutor() as pool:
            self._hashes.update(zip(new, pool.map(file_sha256, new), strict=True))
        return {name: self._hashes[path] if path else None for name, path in paths.items()}

    def input_sha256(self) -> str:
        """Hash of the tables that were used: their names and contents."""
        total = hashlib.sha256()
        for name, digest in sorted(self.hashes(self.used).items()):
            total.update(f"{name} {digest}\n".encode())
        return total.hexdigest()


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
