"""The country of an address, from the file that the operator brings (CU_COUNTRY_DATABASE, MaxMind's format)."""

from __future__ import annotations

from functools import cache
from typing import Any

import maxminddb
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def countries_known() -> bool:
    """Whether there is a country database at all."""
    return bool(settings.CU.cu_country_database)


def country_of(address: str | None) -> str:
    """Two letters (ISO 3166-1), or "" where the address or its country is not known."""
    database = open_database()
    if database is None or not address:
        return ""
    found: Any = database.get(address)
    country = found.get("country") or found.get("registered_country") if isinstance(found, dict) else None
    code = country.get("iso_code") if isinstance(country, dict) else None
    return code.upper() if isinstance(code, str) else ""


def open_database() -> maxminddb.Reader | None:
    """The database, opened once a process; None if none is set. Raises ImproperlyConfigured if it cannot be read."""
    path = settings.CU.cu_country_database
    return _opened(path) if path else None


@cache
def _opened(path: str) -> maxminddb.Reader:
    try:
        return maxminddb.open_database(path)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        raise ImproperlyConfigured(f"CU_COUNTRY_DATABASE: {path} cannot be read: {error}") from None
