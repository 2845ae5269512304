"""Addresses of the pages of connections, in every tenant."""

from django.urls import path

from trading.connections import views

urlpatterns = [
    path("", views.connections, name="connections"),
    path("panels/", views.panels, name="connections-panels"),
    path("add/", views.add, name="connection-add"),
    path("add/panels/", views.no_panels, name="connection-add-panels"),
    path("sandbox/", views.open_sandbox, name="connection-sandbox"),
    path("live/allow/", views.allow_everybody, name="connections-live"),
    path("live/end/", views.end_for_everybody, name="connections-live-end"),
    path("<uuid:connection_id>/", views.connection, name="connection"),
    path("<uuid:connection_id>/panels/", views.connection_panels, name="connection-panels"),
    path("<uuid:connection_id>/rename/", views.rename, name="connection-rename"),
    path("<uuid:connection_id>/test/", views.test, name="connection-test"),
    path("<uuid:connection_id>/activate/", views.activate, name="connection-activate"),
    path("<uuid:connection_id>/deactivate/", views.deactivate, name="connection-deactivate"),
    path("<uuid:connection_id>/allow/", views.allow, name="connection-allow"),
    path("<uuid:connection_id>/live/", views.live, name="connection-live"),
    path("<uuid:connection_id>/live/end/", views.end_live, name="connection-live-end"),
    path("<uuid:connection_id>/rotate/", views.rotate, name="connection-rotate"),
    path("<uuid:connection_id>/delete/", views.delete, name="connection-delete"),
]
