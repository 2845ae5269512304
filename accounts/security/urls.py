"""Addresses of signing in and of the security page, in every tenant. allauth's own names stay what they are there."""

from django.urls import path

from accounts.security.views import door, page, second, social
from accounts.security.views import providers as page_providers
from cryptouniverse.kernel.access import public_write

urlpatterns = [
    path("accounts/login/", public_write(audit="session.started")(door.SignIn.as_view()), name="account_login"),
    path("accounts/logout/", public_write(audit="session.ended")(door.LogoutView.as_view()), name="account_logout"),
    path("accounts/signup/", door.sign_up, name="account_signup"),
    path("accounts/signup/code/", door.confirm_sign_up, name="account_email_verification_sent"),
    path("accounts/password/reset/", door.reset, name="account_reset_password"),
    path("accounts/password/reset/code/", door.confirm_reset, name="account_reset_password_done"),
    path("accounts/unlock/<uuid:public_id>/<str:secret>/", door.unlock, name="account_unlock"),
    path("accounts/second-factor/", second.second_factor, name="second-factor"),
    path("accounts/second-factor/send/", second.send_at_sign_in, name="second-factor-send"),
    path("accounts/second-factor/passkey/", second.passkey_at_sign_in, name="second-factor-passkey"),
    path("accounts/google/login/", social.google_login, name="google_login"),
    path("accounts/google/login/callback/", social.google_callback, name="google_callback"),
    path("accounts/github/login/", social.github_login, name="github_login"),
    path("accounts/github/login/callback/", social.github_callback, name="github_callback"),
    path("accounts/oidc/<slug:provider_id>/login/", social.oidc_login, name="openid_connect_login"),
    path("accounts/oidc/<slug:provider_id>/login/callback/", social.oidc_callback, name="openid_connect_callback"),
    path("accounts/social/cancelled/", social.cancelled, name="socialaccount_login_cancelled"),
    path("security/providers/", page_providers.providers, name="providers"),
    path("security/providers/<uuid:provider_id>/delete/", page_providers.delete, name="delete-provider"),
    path("security/", page.security, name="security"),
    path("security/confirm/", second.confirm, name="confirm"),
    path("security/confirm/send/", second.send_to_confirm, name="confirm-send"),
    path("security/confirm/passkey/", second.passkey_to_confirm, name="confirm-passkey"),
    path("security/password/", page.change_password, name="change-password"),
    path("security/email/", page.change_address, name="change-address"),
    path("security/email/code/", page.confirm_address, name="confirm-address"),
    path("security/app/begin/", page.begin_totp, name="totp-begin"),
    path("security/app/", page.totp, name="totp"),
    path("security/mail/", page.add_mail, name="add-mail"),
    path("security/sms/", page.add_sms, name="add-sms"),
    path("security/sms/code/", page.confirm_sms, name="confirm-sms"),
    path("security/passkeys/options/", page.passkey_options, name="passkey-options"),
    path("security/passkeys/", page.add_passkey, name="add-passkey"),
    path("security/recovery/", page.recovery, name="recovery"),
    path("security/factors/<uuid:factor_id>/remove/", page.remove_factor, name="remove-factor"),
    path("security/sessions/<uuid:session_id>/end/", page.revoke, name="revoke-session"),
    path("security/sessions/end-others/", page.revoke_others, name="revoke-others"),
    path("security/sign-up/", page.switch_sign_up, name="switch-sign-up"),
]
