"""Addresses of the pages of webhooks, in every tenant."""

from django.urls import path

from accounts.webhooks import views

urlpatterns = [
    path("", views.webhooks, name="webhooks"),
    path("panels/", views.panels, name="webhooks-panels"),
    path("add/", views.add, name="webhook-add"),
    path("add/panels/", views.no_panels, name="webhook-no-panels"),
    path("deliveries/<uuid:delivery_id>/", views.delivery, name="webhook-delivery"),
    path("deliveries/<uuid:delivery_id>/replay/", views.replay, name="webhook-delivery-replay"),
    path("<uuid:webhook_id>/", views.webhook, name="webhook"),
    path("<uuid:webhook_id>/panels/", views.webhook_panels, name="webhook-panels"),
    path("<uuid:webhook_id>/change/", views.change, name="webhook-change"),
    path("<uuid:webhook_id>/on/", views.switch_on, name="webhook-on"),
    path("<uuid:webhook_id>/off/", views.switch_off, name="webhook-off"),
    path("<uuid:webhook_id>/test/", views.test, name="webhook-test"),
    path("<uuid:webhook_id>/rotate/", views.rotate, name="webhook-rotate"),
    path("<uuid:webhook_id>/replay/", views.replay_failed, name="webhook-replay"),
    path("<uuid:webhook_id>/delete/", views.delete, name="webhook-delete"),
]
