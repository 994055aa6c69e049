"""Asking clamd about a file (its INSTREAM command, see clamd(8)): the bytes are sent, not a path."""

import socket
import struct
from collections.abc import Iterable

SECONDS = 60
REPLY = 4096


class ScannerDown(Exception):
    """The scanner did not answer, or not with a judgement."""


def _connected(address: str) -> socket.socket:
    """A connection to the socket at a path, or to host:port."""
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(SECONDS)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), SECONDS)


def find_virus(chunks: Iterable[bytes], address: str) -> str:
    """Name of the signature that the bytes match; "" when clamd finds nothing. ScannerDown otherwise."""
    try:
        with _connected(address) as connection:
            connection.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                connection.sendall(struct.pack("!I", len(chunk)) + chunk)
            connection.sendall(struct.pack("!I", 0))
            with connection.makefile("rb") as answers:
                reply = answers.read(REPLY)
    except OSError as error:
        raise ScannerDown(str(error)) from error
    return _judgement(reply.rstrip(b"\0\n").decode("utf-8", "replace"))


def _judgement(reply: str) -> str:
    """ "stream: OK" gives "", "stream: NAME FOUND" the name."""
    if reply == "stream: OK":
        return ""
    if reply.startswith("stream: ") and reply.endswith(" FOUND"):
        return reply.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerDown(reply or "no answer")
