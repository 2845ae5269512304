"""Addresses of the page of region rules, in every tenant."""

from django.urls import path

from tenants.regions import views

urlpatterns = [
    path("", views.regions, name="regions"),
    path("panels/", views.no_panels, name="regions-panels"),
    path("add/", views.add, name="region-add"),
    path("otherwise/", views.otherwise, name="region-otherwise"),
    path("<uuid:rule_id>/delete/", views.delete, name="region-delete"),
]
