"""Time stamps (RFC 3161) over HTTP from the authority in the settings."""

import asyncio
import urllib.request
from functools import lru_cache

from asn1crypto import cms, tsp
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyhanko.sign.timestamps import TimeStamper

_SECONDS = 10
_MAX_BYTES = 64 * 1024


class NoTimestamp(Exception):
    """The authority gave no usable time stamp."""


class HttpTimeStamper(TimeStamper):
    """Asks the authority at `url`; NoTimestamp for whatever goes wrong with it."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """The token for a digest."""
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except Exception as error:  # network, HTTP, ASN.1, a refusal, a wrong nonce: all mean no token
            raise NoTimestamp(str(error)) from error

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The authority's answer to one request."""
        return await asyncio.to_thread(self._ask, req.dump())

    def _ask(self, body: bytes) -> tsp.TimeStampResp:
        request = urllib.request.Request(  # noqa: S310  # the scheme is checked in configured()
            self.url,
            data=body,
            headers={"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"},
        )
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            return tsp.TimeStampResp.load(answer.read(_MAX_BYTES))


def configured_timestamper() -> HttpTimeStamper | None:
    """The authority of SIPINTER_SIGNING_TIMESTAMP_URL, or None when none is set."""
    url = settings.SIGNING_TIMESTAMP_URL
    if not url:
        return None
    if not url.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"SIPINTER_SIGNING_TIMESTAMP_URL={url!r}: expected an http(s) address")
    return _stamper(url)


@lru_cache(maxsize=2)
def _stamper(url: str) -> HttpTimeStamper:
    """Kept, since its first request only measures how much room a token takes."""
    return HttpTimeStamper(url)
