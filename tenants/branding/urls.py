"""Addresses of a brand, in every tenant: what browsers ask for, and the page of administrators."""

from django.urls import path

from tenants.branding import desk, pricing, views

urlpatterns = [
    path("brand.css", views.stylesheet, name="brand-css"),
    path("brand/mark.svg", views.mark, name="brand-mark"),
    path("brand/logo/<str:name>", views.logo, name="brand-logo"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("robots.txt", views.robots, name="robots"),
    path("legal/<str:kind>/", views.legal, name="legal"),
    path("settings/branding/", desk.branding, name="branding"),
    path("settings/branding/preview/", desk.preview, name="branding-preview"),
    path("settings/branding/logo/", desk.set_logo, name="branding-logo"),
    path("settings/branding/logo/remove/", desk.remove_logo, name="branding-logo-remove"),
    path("settings/branding/reset/", desk.reset, name="branding-reset"),
    path("settings/branding/prices/", pricing.prices, name="branding-prices"),
    path("settings/branding/legal/<str:kind>/", desk.legal, name="branding-legal"),
]
