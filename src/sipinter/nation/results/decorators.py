"""What every public view has in common: how long its answer may be kept."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from sipinter.foundation.web.rate_limits import is_allowed, too_many_requests
from sipinter.foundation.web.request import Request

View = Callable[..., HttpResponse | StreamingHttpResponse]
PAGE_SECONDS = 60
FILE_SECONDS = 300


def public_page(view: View) -> View:
    """A page: a visitor's browser may keep it for a minute, a signed-in person's asks each time.

    Never a shared cache: every page carries the reader's form token and language.
    """

    @require_safe
    @wraps(view)
    def answer(request: Request, *args: Any, **kwargs: Any) -> HttpResponse | StreamingHttpResponse:
        if request.GET and not is_allowed(request, "search"):
            return too_many_requests(request, "search")
        response = view(request, *args, **kwargs)
        if request.actor.is_signed_in:
            patch_cache_control(response, private=True, no_cache=True)
        else:
            patch_cache_control(response, private=True, max_age=PAGE_SECONDS)
        patch_vary_headers(response, ("Cookie", "Accept-Language", "HX-Request"))
        return response

    return answer


def public_file(view: View) -> View:
    """A download: the same for everybody who reads the same language, so any cache may keep it."""

    @require_safe
    @wraps(view)
    def answer(request: Request, *args: Any, **kwargs: Any) -> HttpResponse | StreamingHttpResponse:
        if not is_allowed(request, "download"):
            return too_many_requests(request, "download")
        response = view(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=FILE_SECONDS)
        patch_vary_headers(response, ("Cookie", "Accept-Language"))
        return response

    return answer
