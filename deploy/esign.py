"""A remote signing service on loopback, for the tests: `POST /api/sign/pdf` of a government's e-sign client.

It knows one official, whose key and certificate it makes, and refuses any other identity number or
passphrase.
"""

import base64
import email.parser
import email.policy
import http.server
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sipinter.foundation.documents.signing.identity import SigningIdentity
from sipinter.foundation.documents.signing.keys import FileKey
from sipinter.foundation.documents.signing.signer import sign_as

USER, PASSWORD = "sipinter", "kata-sandi-klien"
NIK, PASSPHRASE = "3171234567890001", "frasa rahasia pejabat"


class SigningService:
    """A running service. `answer`: "signed", "down" (503) or "rubbish"; `seconds`: how slow it is."""

    def __init__(self, name: str = "Ratna Puspitasari") -> None:
        key = rsa.generate_private_key(65537, 2048)
        self.certificate = _certificate(name, key)
        self.identity = SigningIdentity(FileKey(key), self.certificate, ())
        self.answer, self.seconds = "signed", 0.0
        self.asked: list[list[str]] = []
        self.url = ""

    def trust(self, folder: Path) -> None:
        """List the official's certificate among those that an installation trusts."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "official.pem").write_bytes(self.certificate.public_bytes(Encoding.PEM))

    def respond(self, authorization: str, content_type: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to one request."""
        time.sleep(self.seconds)
        if self.answer != "signed":
            return (503, b"") if self.answer == "down" else (200, b"<html>")
        if authorization != f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}":
            return 401, b""
        form = _form(content_type, body)
        self.asked.append(sorted(form))
        if (form["nik"], form["passphrase"]) != (NIK.encode(), PASSPHRASE.encode()):
            return 400, json.dumps({"status_code": 2031, "error": "Passphrase anda salah"}).encode()
        words = {name: form[name].decode() for name in ("reason", "location")}
        return 200, sign_as(self.identity, form["file"], **words)


def _form(content_type: str, body: bytes) -> dict[str, bytes]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    parsed: Any = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in parsed.iter_parts()
    }


def _certificate(name: str, key: rsa.RSAPrivateKey) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )


@contextmanager
def signing_service() -> Iterator[SigningService]:
    """One that answers over HTTP on a free port until the end."""
    service = SigningService()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = (404, b"")
            if self.path == "/api/sign/pdf":
                status, answer = service.respond(
                    self.headers["Authorization"], self.headers["Content-Type"], body
                )
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_words: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
