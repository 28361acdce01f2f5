"""Every address of the hub."""

from __future__ import annotations

from django.urls import include, path

from joinedup.hub.views import data, documents, health, home, measures, quality, session

handler400 = "joinedup.hub.views.errors.bad_request"
handler403 = "joinedup.hub.views.errors.permission_denied"
handler404 = "joinedup.hub.views.errors.not_found"
handler500 = "joinedup.hub.views.errors.server_error"

urlpatterns = [
    path("", home.home, name="home"),
    path("intelligence/", include("joinedup.hub.intelligence.urls")),
    path("sign-in/", session.sign_in, name="sign-in"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("health/", health.health, name="health"),
    path("data/", data.data, name="data"),
    path("data/deliveries/<int:number>/", data.delivery, name="data-delivery"),
    path("data/quality/", quality.quality, name="data-quality"),
    path("data/gaps/", quality.gaps, name="data-gaps"),
    path("data/gaps/<str:reference>/", quality.gap, name="data-gap"),
    path("data/section-17a/", quality.duties, name="data-section-17a"),
    path("documents/", documents.shelf, name="documents"),
    path("documents/<str:name>/", documents.read, name="documents-read"),
    path("documents/<str:name>/<slug:kind>", documents.download, name="documents-download"),
    path("measures/", measures.measures, name="measures"),
    path("measures/<slug:name>/", measures.measure, name="measures-measure"),
]
