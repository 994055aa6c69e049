"""Rows for tests, made by plain functions. Every person and agency here is invented."""

import base64
import time
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.test import Client
from django.utils import timezone
from django.utils.text import slugify

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.accounts.actor import actor_of
from sipinter.foundation.accounts.models import Membership, User
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.evidence.library.services import describe_evidence
from sipinter.foundation.evidence.models import Evidence

PASSWORD = "gerbong-teh-melati-47"
SECRET = "JBSWY3DPEHPK3PXP"
_numbers = count(1)


def make_agency(name: str = "Pemerintah Kabupaten Contoh", type: str = "kabupaten", **fields: Any) -> Agency:
    """A saved agency; code and slug are made up when not given."""
    number = next(_numbers)
    fields.setdefault("code", f"X{number:05d}")
    fields.setdefault("slug", f"{slugify(name)}-{number}")
    return Agency.objects.create(name=name, type=type, **fields)


def make_user(name: str, *grants: tuple[Any, ...], email: str = "", password: str = "") -> User:
    """A saved user with a verified e-mail address; each grant is (role, agency[, scope])."""
    email = email or f"{slugify(name)}-{next(_numbers)}@contoh.go.id"
    user = User.objects.create_user(email, password or PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    for role, agency, *rest in grants:
        grant(user, role, agency, scope=rest[0] if rest else ())
    return user


def connect_app(user: User, secret: str = SECRET) -> Authenticator:
    """An authenticator app of the person, whose codes are `code_for(secret)`."""
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(secret)}
    )


def code_for(secret: str = SECRET, *, ago: int = 0) -> str:
    """The six digits that an app shows for a base32 secret (RFC 6238), or showed so many seconds ago."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    shown = TOTP(key, 6, SHA1(), 30, enforce_key_length=False)
    return shown.generate(int(time.time()) - ago).decode()


def grant(user: User, role: str, agency: Agency, *, scope: Any = (), unit: str = "") -> Membership:
    """A current membership of `user` in `agency`."""
    return Membership.objects.create(user=user, agency=agency, role=role, scope=list(scope), unit=unit)


def end(membership: Membership) -> Membership:
    """The membership, ended now."""
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    return membership


def actor(user: User, *, second_factor: bool = False) -> Actor:
    """The acting person for services and permission checks."""
    return actor_of(user, second_factor=second_factor)


def client_for(user: User | None, *, second_factor: bool = False, language: str = "en") -> Client:
    """A test browser signed in as `user` (None: nobody), reading the interface in `language`."""
    client = Client(headers={"accept-language": language})
    if user is not None:
        client.force_login(user)
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "mfa" if second_factor else "password", "at": time.time()}
        ]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return client


def rename_evidence(evidence: Evidence, title: str, *, actor: Actor) -> Evidence:
    """Another title for `evidence`, on the version that stands there now."""
    evidence = Evidence.objects.get(pk=evidence.pk)
    return describe_evidence(
        evidence, title=title, valid_from=None, valid_until=None, version=evidence.version, actor=actor
    )
