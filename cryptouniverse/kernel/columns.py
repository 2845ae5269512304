"""Column types that count: amounts and percentages."""

from __future__ import annotations

from typing import Any

from django.db import models


def amount(**options: Any) -> models.DecimalField[Any, Any]:
    """A NUMERIC(38,18) column: money, prices and quantities."""
    return models.DecimalField(max_digits=38, decimal_places=18, **options)


def percent(**options: Any) -> models.DecimalField[Any, Any]:
    """A NUMERIC(7,4) column: a percentage, 2 meaning 2%."""
    return models.DecimalField(max_digits=7, decimal_places=4, **options)
