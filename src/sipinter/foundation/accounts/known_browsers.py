"""Browsers in which a person has signed in before: what strangers guess elsewhere does not lock them out.

A signed cookie names the accounts and, for each, a number of the browser (OWASP: device cookies). Wrong
passwords from it are counted under that number alone; every other browser shares the account's count. It
opens nothing, and ends with the password: each entry is bound to the hash that was stored when it was given.
"""

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import User

COOKIE = f"{settings.COOKIE_PREFIX}sipinter_browser"
SALT = "sipinter.accounts.known_browsers"
DAYS = 180
ACCOUNTS = 4  # of one shared computer, the last ones

Entry = list[Any]  # [person's number, browser's number, what binds both to the password]


def browser_number(request: HttpRequest, email: str) -> str:
    """Under which number this browser is known to whoever signs in with `email`; empty: it is not.

    No query where the browser brings no cookie of ours.
    """
    entries = _entries(request)
    if not entries:
        return ""
    numbers = [entry[0] for entry in entries]
    owners = EmailAddress.objects.filter(email__iexact=email, user__in=numbers).select_related("user")
    for owner in owners:
        for pk, number, bond in entries:
            if pk == owner.user_id and constant_time_compare(bond, _bond(owner.user, number)):
                return str(number)
    return ""


def note_known_browser(request: HttpRequest, user: User) -> None:
    """Have the answer to this request tell the browser that `user` has signed in here."""
    request.known_browser_of = user  # type: ignore[attr-defined]


def remember_browser(request: HttpRequest, response: HttpResponse) -> None:
    """Put the cookie on the answer, where `note_known_browser` was called."""
    user: User | None = getattr(request, "known_browser_of", None)
    if user is None:
        return
    number = secrets.token_hex(8)
    others = [entry for entry in _entries(request) if entry[0] != user.pk]
    entries = [[user.pk, number, _bond(user, number)], *others][:ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.dumps(entries, salt=SALT),
        max_age=DAYS * 24 * 60 * 60,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _entries(request: HttpRequest) -> list[Entry]:
    """What the cookie says; nothing where we did not sign it or where it is too old."""
    text = request.COOKIES.get(COOKIE, "")
    if not text:
        return []
    try:
        found: list[Entry] = signing.loads(text, salt=SALT, max_age=DAYS * 24 * 60 * 60)
    except signing.BadSignature:
        return []
    return found


def _bond(user: User, number: str) -> str:
    return salted_hmac(f"{SALT}:{user.pk}", f"{number}:{user.password}", algorithm="sha256").hexdigest()[:32]
