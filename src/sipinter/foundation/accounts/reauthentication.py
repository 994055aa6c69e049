"""Sensitive acts ask for a fresh proof of identity; what was typed is there again afterwards."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from sipinter.foundation.web.request import Request

from .decorators import edited_page, save_typed_input

View = Callable[..., HttpResponse]


def is_reauthenticated(request: Request) -> bool:
    """Whether the person proved who they are within the last ACCOUNT_REAUTHENTICATION_TIMEOUT seconds."""
    moments = [done.get("at", 0) for done in get_authentication_records(request, request.user)]
    return bool(moments) and time.time() - max(moments) < app_settings.REAUTHENTICATION_TIMEOUT


def require_reauthentication(
    when: Callable[[Request], bool] = lambda request: True,
) -> Callable[[View], View]:
    """A view whose POST (when `when` says so) asks for the password, code or passkey again if the last
    proof is too old. Put it under `require_sign_in`; the view's page shows what was kept by
    `take_saved_input`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST" or not when(request) or is_reauthenticated(request):
                return view(request, *args, **kwargs)
            return _ask(request)

        guarded.asks_again = True  # type: ignore[attr-defined]
        return guarded

    return decorate


def _ask(request: Request) -> HttpResponse:
    page = edited_page(request)
    again = f"{reverse('account_reauthenticate')}?{urlencode({'next': page})}"
    if not save_typed_input(request):
        return render(request, "accounts/confirm_first.html", {"again": again}, status=403)
    return HttpResponseRedirect(again)
