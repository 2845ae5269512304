"""The one typed object that says how this process is set up. An unknown or missing value stops the start by name."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Literal
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """Settings from environment variables; names in upper case. Those of our own begin with CU_ and no other may."""

    model_config = SettingsConfigDict(case_sensitive=False, extra="ignore", frozen=True)

    database_url: SecretStr
    database_owner_url: SecretStr | None = None
    redis_url: SecretStr
    secret_key: SecretStr = Field(min_length=32)

    cu_profile: Literal["development", "test", "production"] = "development"
    cu_base_domain: str = "localhost"
    cu_dns_server: str = Field(default="", pattern=r"^(.+:\d{1,5})?$")
    cu_edge_host: str = ""
    cu_port: int = Field(default=8000, ge=1, le=65535)
    cu_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    cu_log_format: Literal["console", "json"] = "console"
    cu_live_trading: bool = False
    cu_egress_address: str = ""
    cu_egress_allowed: str = ""
    cu_home: str = ""
    cu_env_file: str = ""
    cu_test_data: str = ""
    cu_soak: bool = False
    cu_panel_deadline_s: float = Field(default=20.0, gt=0)
    cu_order_windows_factor: Decimal = Field(default=Decimal(1), gt=0)

    cu_master_key: SecretStr | None = None
    cu_master_key_file: str = ""
    cu_master_key_kms: str = ""
    cu_master_key_old: SecretStr | None = None
    cu_audit_key: SecretStr | None = None
    cu_audit_public_keys: str = ""
    cu_audit_heads: str = ""
    cu_audit_head_store: str = ""
    cu_token_key: SecretStr | None = None
    cu_token_key_old: SecretStr | None = None
    cu_trusted_proxies: int = Field(default=0, ge=0, le=10)
    cu_country_database: str = ""
    cu_limit_window_s: int = Field(default=900, ge=1, le=86_400)
    cu_limit_anonymous: int = Field(default=100, ge=1)
    cu_limit_signed_in: int = Field(default=1_000, ge=1)
    cu_limit_admin: int = Field(default=5_000, ge=1)
    cu_limit_sign_in: int = Field(default=20, ge=1)
    cu_limit_test: int = Field(default=30, ge=1)
    cu_limit_faults: int = Field(default=60, ge=1)
    cu_sandbox_url: str = ""
    cu_sandbox_token: SecretStr | None = None

    cu_mail_host: str = ""
    cu_mail_port: int = Field(default=587, ge=1, le=65535)
    cu_mail_user: str = ""
    cu_mail_password: SecretStr | None = None
    cu_mail_tls: bool = True
    cu_mail_from: str = "no-reply@localhost"
    cu_sms_sender: str = ""

    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    anthropic_api_key: SecretStr | None = None
    anthropic_base_url: str | None = None
    gemini_api_key: SecretStr | None = None
    gemini_base_url: str | None = None

    @model_validator(mode="after")
    def _production_is_safe(self) -> Environment:
        if self.cu_profile == "production" and self.cu_base_domain == "localhost":
            raise ValueError("CU_BASE_DOMAIN: production needs the domain that its tenants are served under")
        if self.cu_profile == "production" and not (
            self.cu_master_key or self.cu_master_key_file or self.cu_master_key_kms
        ):
            raise ValueError("CU_MASTER_KEY, CU_MASTER_KEY_FILE or CU_MASTER_KEY_KMS: production needs a master key")
        if self.cu_profile == "production" and self.cu_egress_allowed:
            raise ValueError("CU_EGRESS_ALLOWED: in production nothing inside is reached by typed addresses")
        if self.cu_profile == "production" and not self.cu_audit_key:
            raise ValueError("CU_AUDIT_KEY: production needs a key that signs the audit's heads")
        if self.cu_profile == "production" and not self.cu_token_key:
            raise ValueError("CU_TOKEN_KEY: production needs the key that access tokens are signed with")
        if self.cu_profile != "test" and self.cu_order_windows_factor != 1:
            raise ValueError("CU_ORDER_WINDOWS_FACTOR: the waiting times of orders are scaled in tests only")
        return self

    def egress_allowed(self) -> frozenset[str]:
        """Each "host:port" beside the public internet that webhooks may reach: for development and tests."""
        return frozenset(one for one in self.cu_egress_allowed.lower().split(",") if one)

    def mail_backend(self) -> str:
        """Where letters go: to the mail server that is named; without one onto the console, in tests into memory."""
        if self.cu_profile == "test":
            return "django.core.mail.backends.locmem.EmailBackend"
        return f"django.core.mail.backends.{'smtp' if self.cu_mail_host else 'console'}.EmailBackend"

    def sms_sender(self) -> str:
        """The class that sends text messages: the one that is named, the log in development, nobody in production."""
        kept = {"test": "KeptSmsSender", "development": "LogSmsSender", "production": "NoSmsSender"}
        return self.cu_sms_sender or f"accounts.security.senders.{kept[self.cu_profile]}"

    def database(self, *, owner: bool = False) -> dict[str, str]:
        """NAME, USER, PASSWORD, HOST and PORT of the database for the role `app`, or for `owner`."""
        secret = self.database_owner_url if owner and self.database_owner_url else self.database_url
        return _database_parts(secret.get_secret_value())


def read_environment() -> Environment:
    """The environment, checked. Raises ImproperlyConfigured, a line per wrong or unknown variable, never a value."""
    known = {name.upper() for name in Environment.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith("CU_") and name not in known)
    if unknown:
        raise ImproperlyConfigured(
            f"Unknown setting {', '.join(unknown)}: see cryptouniverse/environment.py for the names."
        )
    try:
        return Environment(_env_file=os.environ.get("CU_ENV_FILE") or None)  # type: ignore[call-arg]  # filled from outside
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])).upper() or 'SETTINGS'}: {e['msg']}" for e in error.errors()]
        raise ImproperlyConfigured(
            "The environment is not complete: " + "; ".join(lines) + ". `./cu run` sets all of it for you."
        ) from None


def _database_parts(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL: expected postgresql://user:password@host:port/name")
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or 5432),
    }
