"""The page one lands on after signing in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from sipinter.foundation.accounts.decorators import require_sign_in
from sipinter.foundation.web.home import HOME_PARTS
from sipinter.foundation.web.request import Request


@require_GET
@require_sign_in
def home_page(request: Request) -> HttpResponse:
    """What waits for the person, from every room; where none has anything, what their role reads."""
    found = HOME_PARTS.parts(request.actor)
    parts = [
        render_to_string(part.template, {**part.context, "is_first": place == 0}, request)
        for place, part in enumerate(found)
    ]
    styles = dict.fromkeys(style for part in found for style in part.styles)
    return render(request, "home/home.html", {"parts": parts, "styles": list(styles)})
