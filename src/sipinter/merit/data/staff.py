"""A staff: its tables, each a file, and the hashes of the files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sipinter.merit.data.tables import TABLES
from sipinter.merit.engine.base import Engine, Frame, Placing, StaffHistory, join_histories
from sipinter.merit.engine.choice import open_engine
from sipinter.merit.engine.table import SUFFIXES, is_parquet
from sipinter.rules.messages import Message, Refusal


class Staff:
    """The tables of a staff by name, read by an engine as they are asked for.

    `label` is what refusals call it. Facts of a day that were prepared stand in `folder`, where there is one.
    """

    def __init__(
        self,
        files: Mapping[str, Path],
        engine: Engine | None = None,
        *,
        label: str = "staff",
        folder: Path | None = None,
    ) -> None:
        """Refusal for a table that is not of the model, and for a file that is not there."""
        self.files, self.label, self.folder = dict(files), label, folder
        self.engine = engine or open_engine()
        self.used: dict[str, Path] = {}
        self._hashes: dict[Path, str] = {}
        for name, path in self.files.items():
            if name not in TABLES:
                known = ", ".join(TABLES)
                raise Refusal(
                    Message("{what}: “{value}” is not one of: {known}", what=label, value=name, known=known)
                )
            if not path.is_file():
                raise Refusal(Message("{path}: there is no such file", path=path))

    @classmethod
    def from_folder(cls, folder: Path, engine: Engine | None = None) -> Staff:
        """The staff whose tables are files of their names in a folder, Parquet before CSV before XLSX."""
        if not folder.is_dir():
            raise Refusal(Message("{path}: is not a folder", path=folder))
        # Of several files of one table the last here, the Parquet one, is kept.
        places = ((name, folder / f"{name}{suffix}") for name in TABLES for suffix in reversed(SUFFIXES))
        files = {name: path for name, path in places if path.is_file()}
        return cls(files, engine, label=str(folder), folder=folder)

    def path(self, name: str) -> Path | None:
        """The table's file, None when there is none."""
        return self.files.get(name)

    def table(self, name: str) -> Frame | None:
        """A table, None where the staff has no such file; Refusal when it must have one."""
        path = self.path(name)
        if path is None:
            if TABLES[name].required:
                raise self._without(name)
            return None
        self.used[name] = path
        return self.engine.read(path, TABLES[name])

    def need(self, name: str) -> Frame:
        """A table without which there is nothing to compute."""
        frame = self.table(name)
        if frame is None:
            raise self._without(name)
        return frame

    def _without(self, name: str) -> Refusal:
        return Refusal(
            Message("{path}: has no file {name}.parquet, .csv or .xlsx", path=self.label, name=name)
        )

    def beside(self, people: Frame, placed: Placing, histories: Sequence[StaffHistory]) -> Frame:
        """The people, `placed` (row by row), and beside each one row of each history (`join_histories`)."""
        if all(map(is_parquet, self.used.values())):
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
