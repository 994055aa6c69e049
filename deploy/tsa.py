"""A time-stamping authority (RFC 3161) on loopback, for the tests: it stamps whatever it is sent."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper


class TimestampAuthority:
    """A running authority: its address, and its certificate as a file that can be pinned.

    `moment`: what its clock says; None: the machine's. `answer`: "granted", "error" (HTTP 500) or "rubbish".
    """

    def __init__(self, folder: Path, name: str = "Penyedia Stempel Waktu") -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.certificate = _certificate(name, self.key)
        self.pem = folder / f"{name}.pem"
        self.pem.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        self.moment: datetime | None = None
        self.answer = "granted"
        self.url = ""

    def respond(self, body: bytes) -> bytes:
        """The answer to one request."""
        stamper = DummyTimeStamper(
            asn1_x509.Certificate.load(self.certificate.public_bytes(Encoding.DER)),
            asn1_keys.PrivateKeyInfo.load(
                self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
            ),
            fixed_dt=self.moment,
        )
        return bytes(stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump())


def _certificate(name: str, key: rsa.RSAPrivateKey) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2000))
        .not_valid_after(now + timedelta(days=2000))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )


@contextmanager
def timestamp_authority(folder: Path, name: str = "Penyedia Stempel Waktu") -> Iterator[TimestampAuthority]:
    """One that answers over HTTP on a free port until the end."""
    authority = TimestampAuthority(folder, name)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            is_query = self.headers["Content-Type"] == "application/timestamp-query"
            body = authority.respond(asked)
            self.send_response(200 if is_query and authority.answer != "error" else 500)
            self.end_headers()
            self.wfile.write(body if authority.answer == "granted" else b"<html>")

        def log_message(self, *_words: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    authority.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield authority
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
