"""What the headers of tus 1.0 say, read strictly. Knows neither Django nor files."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination,expiration"
ALGORITHMS = ("sha1", "sha256")
CONTENT_TYPE = "application/offset+octet-stream"
METHODS = ("HEAD", "PATCH", "OPTIONS", "DELETE")
MISMATCH = 460
LONGEST_METADATA = 4096
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
_KEY = re.compile(r"[!-+\--~]+", re.ASCII)  # printable, neither space nor comma


class ProtocolError(Exception):
    """A request that does not hold to the protocol: `status`, and a sentence for the client's author."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Checksum:
    """What the client says its bytes hash to."""

    algorithm: str
    digest: bytes

    def is_of(self, digest: bytes) -> bool:
        return digest == self.digest


def parse_header_number(name: str, text: str | None) -> int:
    """The whole number in a header; ProtocolError when it is missing or anything else."""
    if text is None:
        raise ProtocolError(400, f"{name} is missing.")
    if not _NUMBER.fullmatch(text):
        raise ProtocolError(400, f"{name} is not a whole number.")
    return int(text)


def parse_metadata(text: str) -> dict[str, bytes]:
    """Keys and values of Upload-Metadata; ProtocolError for an empty, odd or repeated key or a bad value."""
    if len(text) > LONGEST_METADATA:
        raise ProtocolError(400, f"Upload-Metadata is longer than {LONGEST_METADATA} characters.")
    found: dict[str, bytes] = {}
    for pair in text.split(",") if text.strip() else ():
        key, _, value = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise ProtocolError(400, "Upload-Metadata has an empty, odd or repeated key.")
        found[key] = _decoded("Upload-Metadata", value)
    return found


def metadata_text(found: dict[str, bytes], key: str) -> str:
    """One value as text, empty when it is not there; ProtocolError when it is not UTF-8."""
    try:
        return found.get(key, b"").decode()
    except UnicodeDecodeError:
        raise ProtocolError(400, f"{key} in Upload-Metadata is not UTF-8.") from None


def parse_checksum(text: str) -> Checksum:
    """Upload-Checksum: an algorithm and the digest in Base64."""
    algorithm, _, value = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise ProtocolError(400, f"Upload-Checksum knows {' and '.join(ALGORITHMS)} only.")
    digest = _decoded("Upload-Checksum", value)
    if len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise ProtocolError(400, f"Upload-Checksum is no {algorithm} digest.")
    return Checksum(algorithm, digest)


def _decoded(name: str, value: str) -> bytes:
    try:
        return base64.b64decode(value.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ProtocolError(400, f"A value of {name} is not Base64.") from None
