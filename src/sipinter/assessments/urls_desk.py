"""Addresses of the verification desk and the plenary."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
