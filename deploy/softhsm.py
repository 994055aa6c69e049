"""A PKCS#11 token in a folder (Debian's SoftHSM), for the tests: its key is made in it and stays there."""

import os
import subprocess
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from .process import found

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "123456"
TOKEN = "sipinter"
KEY = "penetapan"
_MAKE = """
import sys
import pkcs11
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key
from asn1crypto.keys import PublicKeyInfo, RSAPublicKey

module, token, pin, label, kind = sys.argv[1:]
session = pkcs11.lib(module).get_token(token_label=token).open(user_pin=pin, rw=True)
if kind == "rsa":
    public, _private = session.generate_keypair(pkcs11.KeyType.RSA, 2048, label=label, store=True)
    bare = RSAPublicKey.load(encode_rsa_public_key(public))
    written = PublicKeyInfo.wrap(bare, "rsa").dump()
else:
    curve = session.create_domain_parameters(
        pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(kind)}, local=True
    )
    public, _private = curve.generate_keypair(label=label, store=True)
    written = encode_ec_public_key(public)
sys.stdout.buffer.write(written)
"""


class SoftToken:
    """One token with one key of `kind` ("rsa" or the name of a curve) in `folder`."""

    def __init__(self, folder: Path, kind: str = "rsa") -> None:
        (folder / "tokens").mkdir()
        self._config = folder / "softhsm2.conf"
        self._config.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
        words = ("--init-token", "--free", "--label", TOKEN, "--so-pin", PIN, "--pin", PIN)
        self._run(found("softhsm2-util"), *words)
        made = load_der_public_key(self._run(sys.executable, "-c", _MAKE, MODULE, TOKEN, PIN, KEY, kind))
        assert isinstance(made, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
        self.public_key = made

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to find the token."""
        return {"SOFTHSM2_CONF": str(self._config)}

    def _run(self, *command: str) -> bytes:
        done = subprocess.run(
            command, env={**os.environ, **self.environment}, capture_output=True, check=False, timeout=60
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace"))
        return done.stdout
