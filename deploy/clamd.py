"""ClamAV's clamd on loopback: Debian's program with a configuration and signatures of our own."""

import hashlib
import os
import pwd
import socket
from pathlib import Path

from .process import Program, found

UNPRIVILEGED = "nobody"


class Clamd:
    """One scanner with its configuration, signatures and socket in `folder`.

    `signatures` maps a name to the bytes by which a file is known. Started by root it runs as `nobody`, who
    must be able to reach `folder`. Keep that path short: a socket's has at most 107 characters.
    """

    def __init__(self, folder: Path, signatures: dict[str, bytes]) -> None:
        self.folder, self.socket = folder, folder / "clamd.sock"
        self.database = folder / "signatures"
        self.database.mkdir(parents=True, exist_ok=True)
        self._write_signatures(signatures)
        self.user = UNPRIVILEGED if os.getuid() == 0 else None
        if self.user is not None:
            self._hand_over()
        config = folder / "clamd.conf"
        config.write_text(self._configuration())
        config.chmod(0o644)  # whatever the umask: the unprivileged user reads it
        self.program = Program(
            "clamd",
            [found("clamd"), f"--config-file={config}"],
            log=folder / "clamd.log",
            ready=self._ready,
            user=self.user,
        )

    @property
    def address(self) -> str:
        """Value of SIPINTER_CLAMD."""
        return str(self.socket)

    def _write_signatures(self, signatures: dict[str, bytes]) -> None:
        """Body signatures (.ndb) for any kind of file, and a hash signature (.hdb) of a file of each."""
        bodies = [f"{name}:0:*:{mark.hex()}" for name, mark in signatures.items()]
        hashes = [
            f"{hashlib.md5(mark, usedforsecurity=False).hexdigest()}:{len(mark)}:{name}"
            for name, mark in signatures.items()
        ]
        (self.database / "own.ndb").write_text("\n".join(bodies) + "\n")
        (self.database / "own.hdb").write_text("\n".join(hashes) + "\n")

    def _configuration(self) -> str:
        """A file that is too large or too deep to be looked through counts as harmful, not as clean."""
        lines = {
            "Foreground": "yes",
            "DatabaseDirectory": self.database,
            "LocalSocket": self.socket,
            "LocalSocketMode": "666",
            "FixStaleSocket": "yes",
            "TemporaryDirectory": self.folder,
            "StreamMaxLength": "200M",
            "MaxScanSize": "400M",
            "MaxFileSize": "200M",
            "AlertExceedsMax": "yes",
            "MaxThreads": "2",
            "Bytecode": "no",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())

    def _hand_over(self) -> None:
        """The scanner's user owns its folder: it puts the socket there."""
        owner = pwd.getpwnam(UNPRIVILEGED)
        for path in (self.folder, self.database, *self.database.iterdir()):
            os.chown(path, owner.pw_uid, owner.pw_gid)

    def _ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            try:
                probe.connect(str(self.socket))
                probe.sendall(b"zPING\0")
                return probe.recv(16) == b"PONG\0"
            except OSError:
                return False
