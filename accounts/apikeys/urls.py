"""Addresses of the pages of API keys, in every tenant."""

from django.urls import path

from accounts.apikeys import views

urlpatterns = [
    path("", views.keys, name="keys"),
    path("panels/", views.no_panels, name="keys-panels"),
    path("create/", views.create, name="key-create"),
    path("<uuid:key_id>/", views.key, name="key"),
    path("<uuid:key_id>/rename/", views.rename, name="key-rename"),
    path("<uuid:key_id>/rotate/", views.rotate, name="key-rotate"),
    path("<uuid:key_id>/revoke/", views.revoke, name="key-revoke"),
]
