"""Papers and keys that the tests are made of."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from sipinter.foundation.documents.model import AspectLine, DecisionPaper, Issuer

# The aspect scores published for one agency in 2021, raised a little.
_ASPECTS = (
    ("Perencanaan Kebutuhan", "37.5", "40"),
    ("Pengadaan", "38", "40"),
    ("Pengembangan Karier", "80.5", "130"),
    ("Promosi dan Mutasi", "25", "40"),
    ("Manajemen Kinerja", "77.5", "80"),
    ("Penggajian, Penghargaan, dan Disiplin", "35", "40"),
    ("Perlindungan dan Pelayanan", "16", "16"),
    ("Sistem Informasi", "23", "24"),
)


def aspects(rows: tuple[tuple[str, str, str], ...] = _ASPECTS) -> tuple[AspectLine, ...]:
    return tuple(
        AspectLine(name, Decimal(score), Decimal(top), Decimal(score) * 100 / Decimal(top))
        for name, score, top in rows
    )


def issuer(**changes: object) -> Issuer:
    values: dict[str, object] = {
        "name": "Badan Pengawas Sistem Merit",
        "address": ("Jalan Contoh Raya Nomor 1, Jakarta Pusat 10110",),
        "city": "Jakarta",
        "signer_name": "Ratna Puspitasari",
        "signer_title": "Kepala Badan Pengawas Sistem Merit",
    }
    return Issuer(**(values | changes))  # type: ignore[arg-type]


def paper(**changes: object) -> DecisionPaper:
    values: dict[str, object] = {
        "number": "045/KEP/SM/2026",
        "decided_on": date(2026, 6, 24),
        "agency_name": "Pemerintah Kabupaten Contoh Lestari",
        "instrument_title": "Penilaian Mandiri Penerapan Sistem Merit",
        "year": 2026,
        "round": 1,
        "score": Decimal("332.500"),
        "max": Decimal("410.000"),
        "index": Decimal("0.830"),
        "category": "Sangat Baik",
        "category_shape": "star",
        "aspects": aspects(),
        "valid_until": date(2028, 6, 23),
        "issuer": issuer(),
        "verify_url": "https://merit.contoh.go.id/verifikasi/7KQ4-M2XP-9RTD",
        "code": "7KQ4-M2XP-9RTD",
        "legal_basis": ("Undang-Undang Nomor 20 Tahun 2023 tentang Aparatur Sipil Negara",),
    }
    return DecisionPaper(**(values | changes))  # type: ignore[arg-type]


_LONG = (-1000, 1000)


def pkcs12_file(
    path: Path,
    *,
    name: str = "Badan Pengawas Sistem Merit",
    password: str = "rahasia",
    days: tuple[int, int] = (-30, 365),
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None,
    signatures: bool = True,
    authority: bool = False,
) -> x509.Certificate:
    """Write a PKCS#12 with a certificate in force from and until so many days from now; returns it.

    With `authority`, the certificate is issued by one and the file holds the authority's certificate too.
    """
    key = key or ec.generate_private_key(ec.SECP256R1())
    above_key = ec.generate_private_key(ec.SECP256R1())
    above = _certificate(
        "Otoritas Sertifikat", above_key, "Otoritas Sertifikat", above_key, (-1000, 1000), True
    )
    if authority:
        made = _certificate(name, key, "Otoritas Sertifikat", above_key, days, False, signatures)
    else:
        made = _certificate(name, key, name, key, days, False, signatures)
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"key",
            key,
            made,
            [above] if authority else None,
            serialization.BestAvailableEncryption(password.encode())
            if password
            else serialization.NoEncryption(),
        )
    )
    return made


def _certificate(
    subject: str,
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    days: tuple[int, int],
    ca: bool,
    signatures: bool = True,
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = dict.fromkeys(
        ("key_agreement", "data_encipherment", "crl_sign", "encipher_only", "decipher_only"), False
    )
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=signatures,
                content_commitment=signatures,
                key_encipherment=not signatures,
                key_cert_sign=ca,
                **usage,
            ),
            critical=True,
        )
        .sign(issuer_key, hashes.SHA256())
    )


def certificate_for(key: CertificatePublicKeyTypes, *, name: str) -> bytes:
    """A certificate in force for a public key, by an authority that stands behind it, as PEM."""
    above_key = ec.generate_private_key(ec.SECP256R1())
    above = _certificate(
        "Otoritas Sertifikat", above_key, "Otoritas Sertifikat", above_key, (-1000, 1000), True
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(above.subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(above_key, hashes.SHA256())
    )
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (made, above))
