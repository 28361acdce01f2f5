"""Every address of the hub."""

from __future__ import annotations

from django.urls import include, path

from joinedup.hub.views import (
    account,
    acts,
    data,
    desk,
    documents,
    factors,
    health,
    home,
    measures,
    provider,
    quality,
    report,
    requests,
    retention,
    second_step,
    session,
    sharing,
)

handler400 = "joinedup.hub.views.errors.bad_request"
handler403 = "joinedup.hub.views.errors.permission_denied"
handler404 = "joinedup.hub.views.errors.not_found"
handler500 = "joinedup.hub.views.errors.server_error"

urlpatterns = [
    path("", home.home, name="home"),
    path("intelligence/", include("joinedup.hub.intelligence.urls")),
    path("sign-in/", session.sign_in, name="sign-in"),
    path("sign-in/second/", second_step.second_step, name="sign-in-second"),
    path("sign-in/passkey/", second_step.by_passkey_alone, name="sign-in-passkey"),
    path("sign-in/passkey/options/", second_step.passkey_options, name="sign-in-passkey-options"),
    path("sign-in/provider/", provider.to_provider, name="sign-in-provider"),
    path("sign-in/provider/back/", provider.from_provider, name="sign-in-provider-back"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("account/", account.account, name="account"),
    path("account/confirm/", account.confirm, name="account-confirm"),
    path("account/password/", account.change_password, name="account-password"),
    path("account/code-app/", factors.code_app, name="account-code-app"),
    path("account/code-app/remove/", factors.remove_code_app, name="account-code-app-remove"),
    path("account/passkeys/", factors.add_passkey, name="account-passkeys"),
    path("account/passkeys/options/", factors.new_passkey_options, name="account-passkeys-options"),
    path("account/passkeys/<int:number>/remove/", factors.remove_passkey, name="account-passkeys-remove"),
    path("account/provider/", provider.link, name="account-provider"),
    path("account/recovery-codes/", factors.recovery_codes, name="account-recovery-codes"),
    path("account/sessions/end/", account.end_other_sessions, name="account-sessions-end"),
    path("health/", health.health, name="health"),
    path("data/", data.data, name="data"),
    path("data/deliveries/<int:number>/", data.delivery, name="data-delivery"),
    path("data/desk/", desk.desk, name="data-desk"),
    path("data/desk/held/<int:number>/", desk.decide_held, name="data-desk-held"),
    path("data/desk/<int:number>/", desk.delivery, name="data-desk-delivery"),
    path("data/desk/<int:number>/export/", desk.export, name="data-desk-export"),
    path("data/desk/<int:number>/release/", desk.release_rows, name="data-desk-release"),
    path("data/desk/<int:number>/judge-again/", desk.judge_rows_again, name="data-desk-judge-again"),
    path("data/log/", acts.log, name="data-log"),
    path("data/quality/", quality.quality, name="data-quality"),
    path("data/gaps/", quality.gaps, name="data-gaps"),
    path("data/gaps/<str:reference>/", quality.gap, name="data-gap"),
    path("data/retention/", retention.retention, name="data-retention"),
    path("data/sharing/", sharing.sharing, name="data-sharing"),
    path("data/section-17a/", quality.duties, name="data-section-17a"),
    path("documents/", documents.shelf, name="documents"),
    path("documents/<str:name>/", documents.read, name="documents-read"),
    path("documents/<str:name>/<slug:kind>", documents.download, name="documents-download"),
    path("report/", report.forms, name="report"),
    path("report/<slug:feed>/", report.form, name="report-form"),
    path("report/<slug:feed>/sent/<str:reference>/", report.sent, name="report-sent"),
    path("requests/", requests.requests, name="requests"),
    path("requests/new/", requests.new, name="requests-new"),
    path("requests/<int:number>/", requests.one, name="requests-request"),
    path("measures/", measures.measures, name="measures"),
    path("measures/<slug:name>/", measures.measure, name="measures-measure"),
]
