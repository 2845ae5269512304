"""Addresses of the pages of domains, in every tenant."""

from django.urls import path

from tenants.provisioning import views

urlpatterns = [
    path("", views.domains, name="domains"),
    path("add/", views.add, name="domain-add"),
    path("check/", views.check, name="domain-check"),
    path("primary/", views.primary, name="domain-primary"),
    path("remove/", views.remove, name="domain-remove"),
]
