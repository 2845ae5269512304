"""Where alerts are sent, in every tenant."""

from django.urls import path

from strategies.hooks import views

urlpatterns = [path("<uuid:hook_id>", views.alert, name="hook-alert")]
