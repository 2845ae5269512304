"""Addresses of the audit's pages, in every tenant."""

from django.urls import path

from tenants.audit import views

urlpatterns = [
    path("", views.audit, name="audit"),
    path("panels/", views.no_panels, name="audit-panels"),
    path("export/", views.export, name="audit-export"),
    path("<uuid:record_id>/", views.record, name="audit-record"),
]
