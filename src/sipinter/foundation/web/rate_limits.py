"""How often one visitor may ask for something: a decorator over the shared cache.

A limit is a list of rates such as "30/m/ip,600/h/ip" (settings.LIMITS): of each, no span of its length holds
more moments than its amount, whichever nodes served them.
"""

import ipaddress
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .request import Request

View = Callable[..., Any]
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
NETWORK = 64  # leading bits of an IPv6 address: what one line is given, and may change freely
LOCK_HELD = 10  # seconds after which a lock counts as left behind by a process that died
LOCK_WAIT = 1.0  # seconds
LOCK_PAUSE = 0.01  # seconds between two tries


@dataclass(frozen=True)
class Rate:
    """So many (`amount`) within `seconds`, counted by "user", by "key" or by address (`per`)."""

    amount: int
    seconds: int
    per: str


def rates_of(name: str) -> list[Rate]:
    """The rates of settings.LIMITS[name]; their form was checked when the settings were read."""
    found = []
    for text in settings.LIMITS[name].split(","):
        amount, span, per = text.split("/")
        found.append(Rate(int(amount), int(span[:-1] or 1) * UNITS[span[-1]], per))
    return found


def is_allowed(request: HttpRequest, name: str, *, key: str = "") -> bool:
    """Count this request under settings.LIMITS[name]; False when it is one too many.

    `key`: what a rate by "key" is counted under.
    """
    for rate in rates_of(name):
        by_person = rate.per == "user" and request.user.is_authenticated
        visitor = str(request.user.pk) if by_person else key if rate.per == "key" else _network(request)
        if not _count(f"limit:{name}:{rate.amount}/{rate.seconds}/{rate.per}:{visitor}", rate):
            return False
    return True


def _network(request: HttpRequest) -> str:
    """The visitor's address, of IPv6 the network."""
    address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, NETWORK), strict=False).network_address)


def _count(key: str, rate: Rate) -> bool:
    """Note this moment under the key, unless as many as the rate allows stand there already."""
    with _locked(key) as locked:
        if not locked:
            return False
        now = time.time()
        moments = [moment for moment in cache.get(key, ()) if moment > now - rate.seconds]
        if len(moments) >= rate.amount:
            return False
        cache.set(key, [*moments, now], rate.seconds)
    return True


@contextmanager
def _locked(key: str) -> Iterator[bool]:
    """Alone with the key, of all nodes; False where others kept it for LOCK_WAIT seconds.

    A cache has no transaction: two that read the same count would both be let in.
    """
    lock, until = f"{key}:lock", time.monotonic() + LOCK_WAIT
    while not cache.add(lock, 1, LOCK_HELD):
        if time.monotonic() > until:
            yield False
            return
        time.sleep(LOCK_PAUSE)
    try:
        yield True
    finally:
        cache.delete(lock)


def retry_after(name: str) -> int:
    """Seconds after which one may try again at the latest."""
    return max(rate.seconds for rate in rates_of(name))


def too_many_requests(request: Request, name: str) -> HttpResponse:
    """The page with status 429 that says how long to wait."""
    seconds = retry_after(name)
    response = render(request, "429.html", {"minutes": -(-seconds // 60)}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def rate_limit(
    name: str,
    *,
    methods: frozenset[str] = frozenset({"POST"}),
    answer: Callable[[Request, str], HttpResponse] = too_many_requests,
) -> Callable[[View], View]:
    """The view, refused with 429 by `answer` when one visitor asks too often (settings.LIMITS[name])."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> Any:
            if request.method in methods and not is_allowed(request, name):
                return answer(request, name)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


READING = frozenset({"GET"})
