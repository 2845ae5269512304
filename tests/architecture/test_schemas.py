"""One table, one schema: a model that is public and a tenant's, or neither, stops the start."""

import pytest

from tenants.provisioning.checks import no_public_fallback, one_table_one_schema


def test_every_table_is_in_one_schema():
    assert one_table_one_schema() == []


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        (lambda s: {"TENANT_APPS": [*s.TENANT_APPS, "trading.marketdata"]}, "cu.E001"),
        (lambda s: {"TENANT_APPS": [app for app in s.TENANT_APPS if app != "credits.ledger"]}, "cu.E002"),
        (lambda s: {"SHARED_APPS": [*s.SHARED_APPS, "credits.ledger"]}, "cu.E003"),
    ],
)
def test_a_table_in_two_schemas_or_in_none_is_caught(settings, planted, code):
    for name, value in planted(settings).items():
        setattr(settings, name, value)
    assert code in {fault.id for fault in one_table_one_schema()}


def test_an_answer_from_the_public_schema_is_caught(settings):
    settings.SHOW_PUBLIC_IF_NO_TENANT_FOUND = True
    assert [fault.id for fault in no_public_fallback()] == ["cu.E004"]
