"""To the sign-in service and back, by allauth's views with our stricter client."""

import logging
from typing import Any

import requests
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from sipinter.foundation.web.rate_limits import rate_limit

from ..oidc import StrictOpenIDAdapter

logger = logging.getLogger(__name__)


@rate_limit("service")
def post_service_sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead the person to the service."""
    return _answered(OAuth2LoginView, request, provider_id)


@rate_limit("service", methods=frozenset({"GET"}))
def service_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The person comes back with the service's answer."""
    return _answered(OAuth2CallbackView, request, provider_id)


def _answered(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    """The view's answer; a page with a sentence when the service does not answer as it must."""
    try:
        response: HttpResponse = view.adapter_view(StrictOpenIDAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (requests.RequestException, OAuth2Error) as error:
        logger.error("sign-in service: %s", type(error).__name__)
        return render(request, "socialaccount/authentication_error.html", status=503)
    return response
