"""Headers of every answer that Django's own middleware does not set."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

# What these pages never use, so that nothing smuggled into them can.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "bluetooth",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
PAGES = ("text/html", "application/json")


class SecurityHeaders:
    """Resources stay with this origin; browser features are off; pages with personal data are not stored.

    A page is taken for personal when the request carried a session: who is signed in stands in its head.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        allowed = request.method in METHODS
        response = self.get_response(request) if allowed else HttpResponseNotAllowed(sorted(METHODS))
        response.setdefault("X-Frame-Options", "DENY")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("X-Permitted-Cross-Domain-Policies", "none")
        name = settings.SESSION_COOKIE_NAME
        personal = name in request.COOKIES or name in response.cookies
        stored = "no-store" not in response.get("Cache-Control", "")
        if personal and stored and response.get("Content-Type", "").startswith(PAGES):
            response["Cache-Control"] = "no-store, private"
        if getattr(request, "signed_out", False):
            response["Clear-Site-Data"] = '"cache", "storage"'
        if response.status_code == 429:
            response.setdefault("Retry-After", "300")
        return response
