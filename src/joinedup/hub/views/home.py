"""The first page after signing in: what is here, how fresh it is, and what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Home."""
    return render(request, "hub/home.html", {})
