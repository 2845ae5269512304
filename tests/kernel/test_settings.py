"""The environment is complete and known, or nothing starts; and the message says which value, never what it was."""

import logging
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured

from cryptouniverse.environment import read_environment
from cryptouniverse.kernel.context import correlated, tenant_bound
from cryptouniverse.logs import add_context, logging_config

GOOD = {
    "DATABASE_URL": "postgresql://app:s3cret%2F@127.0.0.1:5433/cu",
    "REDIS_URL": "redis://:s3cret@127.0.0.1:6379/0",
    "SECRET_KEY": "k" * 50,
}


@pytest.fixture
def environment(monkeypatch):
    import os

    for name in [n for n in os.environ if n.startswith("CU_") or n in {*GOOD, "DATABASE_OWNER_URL"}]:
        monkeypatch.delenv(name)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_complete_environment_is_read(environment):
    found = read_environment()

    assert found.database() == {"NAME": "cu", "USER": "app", "PASSWORD": "s3cret/", "HOST": "127.0.0.1", "PORT": "5433"}
    assert found.cu_live_trading is False


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_missing_value_stops_the_start_and_is_named(environment, name):
    environment.delenv(name)

    with pytest.raises(ImproperlyConfigured, match=name):
        read_environment()


def test_an_unknown_value_stops_the_start_and_is_named(environment):
    environment.setenv("CU_LIVE_TRADNIG", "true")

    with pytest.raises(ImproperlyConfigured, match="CU_LIVE_TRADNIG"):
        read_environment()


@pytest.mark.parametrize(("name", "value"), [("CU_PORT", "70000"), ("CU_PROFILE", "weird"), ("SECRET_KEY", "k3y")])
def test_a_wrong_value_is_named_and_not_shown(environment, name, value):
    environment.setenv(name, value)

    with pytest.raises(ImproperlyConfigured) as refusal:
        read_environment()

    assert name in str(refusal.value)
    assert value not in str(refusal.value).replace(name, "")


def test_a_database_address_of_another_kind_is_refused(environment):
    environment.setenv("DATABASE_URL", "mysql://root@localhost/cu")

    with pytest.raises(ImproperlyConfigured, match="postgresql://"):
        read_environment().database()


def test_production_needs_a_domain(environment):
    environment.setenv("CU_PROFILE", "production")

    with pytest.raises(ImproperlyConfigured, match="CU_BASE_DOMAIN"):
        read_environment()


def test_production_needs_a_master_key_from_somewhere(environment):
    environment.setenv("CU_PROFILE", "production")
    environment.setenv("CU_BASE_DOMAIN", "example.com")
    environment.setenv("CU_AUDIT_KEY", "somewhere")
    environment.setenv("CU_TOKEN_KEY", "somewhere")

    with pytest.raises(ImproperlyConfigured, match="CU_MASTER_KEY"):
        read_environment()
    for name in ("CU_MASTER_KEY", "CU_MASTER_KEY_FILE", "CU_MASTER_KEY_KMS"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(name, "somewhere")
            assert read_environment().cu_profile == "production"


@pytest.mark.parametrize(("missing", "given"), [("CU_AUDIT_KEY", "CU_TOKEN_KEY"), ("CU_TOKEN_KEY", "CU_AUDIT_KEY")])
def test_production_needs_the_keys_that_sign(environment, missing, given):
    for name, value in (("PROFILE", "production"), ("BASE_DOMAIN", "example.com"), ("MASTER_KEY", "somewhere")):
        environment.setenv(f"CU_{name}", value)
    environment.setenv(given, "somewhere")

    with pytest.raises(ImproperlyConfigured, match=missing):
        read_environment()


@pytest.mark.parametrize(("profile", "taken"), [("test", True), ("development", False)])
def test_the_waiting_times_of_orders_are_scaled_in_tests_only(environment, profile, taken):
    environment.setenv("CU_PROFILE", profile)
    environment.setenv("CU_ORDER_WINDOWS_FACTOR", "0.2")

    if taken:
        assert read_environment().cu_order_windows_factor == Decimal("0.2")
    else:
        with pytest.raises(ImproperlyConfigured, match="CU_ORDER_WINDOWS_FACTOR"):
            read_environment()


def test_secrets_do_not_print(environment):
    assert "s3cret" not in repr(read_environment())


def test_every_log_line_names_tenant_and_correlation(acme_ctx):
    with tenant_bound(acme_ctx), correlated("abc"):
        assert add_context(None, "info", {}) == {"tenant": "acme", "correlation_id": "abc"}
    with correlated("abc"):
        assert add_context(None, "info", {})["tenant"] == "-"


def test_ccxt_never_logs_below_info():
    assert logging_config(level="DEBUG", form="json")["loggers"]["ccxt"]["level"] == "INFO"
    assert logging.getLogger("ccxt").getEffectiveLevel() >= logging.INFO


def test_production_reaches_nothing_inside(environment):
    environment.setenv("CU_EGRESS_ALLOWED", "127.0.0.1:9000,Receiver:80")
    assert read_environment().egress_allowed() == {"127.0.0.1:9000", "receiver:80"}

    for name, value in (("PROFILE", "production"), ("BASE_DOMAIN", "cu.example"), ("MASTER_KEY", "k" * 44)):
        environment.setenv(f"CU_{name}", value)
    with pytest.raises(ImproperlyConfigured, match="CU_EGRESS_ALLOWED"):
        read_environment()
