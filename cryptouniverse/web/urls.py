"""Addresses of the desk, in every tenant."""

from django.urls import path

from cryptouniverse.web import views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("desk/panels/", views.panels, name="desk-panels"),
    path("desk/stop/", views.stop, name="desk-stop"),
    path("desk/rearm/", views.rearm, name="desk-rearm"),
    path("desk/connections/<uuid:connection_id>/explain/", views.explain, name="desk-explain"),
    path("desk/top-ups/", views.topup, name="desk-topup"),
]
