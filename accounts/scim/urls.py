"""Addresses of SCIM, in every tenant, and of the page where its tokens are made."""

from django.urls import path

from accounts.scim import desk, views

urlpatterns = [
    path("scim/v2/Users", views.Users.as_view(), name="scim-users"),
    path("scim/v2/Users/<str:user_id>", views.OneUser.as_view(), name="scim-user"),
    path("scim/v2/ServiceProviderConfig", views.ProviderConfig.as_view(), name="scim-config"),
    path("scim/v2/ResourceTypes", views.ResourceTypes.as_view(), name="scim-types"),
    path("scim/v2/ResourceTypes/<str:name>", views.ResourceTypes.as_view(), name="scim-type"),
    path("scim/v2/Schemas", views.Schemas.as_view(), name="scim-schemas"),
    path("scim/v2/Schemas/<str:name>", views.Schemas.as_view(), name="scim-schema"),
    path("scim/v2/<path:rest>", views.NothingHere.as_view(), name="scim-nothing"),
    path("settings/directory/", desk.directory, name="directory"),
    path("settings/directory/tokens/<uuid:token_id>/revoke/", desk.revoke, name="directory-revoke"),
]
