"""Going to the sign-in service; coming back is allauth's own view."""

import logging
from typing import Any

import requests
from allauth.socialaccount.providers.openid_connect.views import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sipinter.web.limits import limited

logger = logging.getLogger(__name__)


@limited("service")
def start(request: HttpRequest, **parts: Any) -> HttpResponse:
    """allauth's view; a page with a sentence when the service does not answer."""
    try:
        response: HttpResponse = login(request, **parts)
    except requests.RequestException as error:
        logger.error("sign-in service does not answer: %s", type(error).__name__)
        return render(request, "socialaccount/authentication_error.html", status=503)
    return response
