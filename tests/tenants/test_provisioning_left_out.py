"""What no export of a tenant has."""

from tenants.provisioning.services import left_out_of

LEFT_OUT = {
    "account_emailconfirmation",
    "accounts_security_identityprovider",
    "accounts_security_passkey",
    "accounts_security_totpfactor",
    "accounts_tokens_tokenfamily",
    "accounts_users_session",
    "accounts_webhooks_attempt",
    "accounts_webhooks_delivery",
    "accounts_webhooks_endpoint",
    "accounts_webhooks_endpointsecret",
    "cryptouniverse_api_idempotencyrecord",
    "django_admin_log",
    "django_migrations",
    "socialaccount_socialapp",
    "socialaccount_socialtoken",
    "strategies_hooks_hooksecret",  # each address is given a new one
}


def test_only_sessions_secrets_and_what_points_to_them_are_left_out(acme):
    assert set(left_out_of(acme.schema)) == LEFT_OUT
