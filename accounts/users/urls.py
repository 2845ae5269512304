"""Sign-in and sign-out. Nothing else of allauth is open."""

from __future__ import annotations

from allauth.account.views import LoginView, LogoutView
from django.urls import path

from cryptouniverse.kernel.access import public_write

urlpatterns = [
    path("accounts/login/", public_write(audit="session.started")(LoginView.as_view()), name="account_login"),
    path("accounts/logout/", public_write(audit="session.ended")(LogoutView.as_view()), name="account_logout"),
]
