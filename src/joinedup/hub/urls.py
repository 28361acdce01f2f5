"""Every address of the hub."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from joinedup.hub.views import health, home, session

handler400 = "joinedup.hub.views.errors.bad_request"
handler403 = "joinedup.hub.views.errors.permission_denied"
handler404 = "joinedup.hub.views.errors.not_found"
handler500 = "joinedup.hub.views.errors.server_error"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", session.sign_in, name="sign-in"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("health/", health.health, name="health"),
]
if find_spec("joinedup.hub.intelligence.urls"):
    urlpatterns += [path("intelligence/", include("joinedup.hub.intelligence.urls"))]
