"""Amounts and moments over the API: strings in, strings out, exact all the way."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cryptouniverse.kernel import clock


class AmountField(serializers.DecimalField):
    """A NUMERIC as a plain decimal string ("0.1", never 1e-1, no needless zeros). A JSON number is refused."""

    default_error_messages = {"not_a_string": _('Write amounts as strings, such as "12.5".')}

    def __init__(self, *, decimal_places: int = 18, max_digits: int = 38, **options: Any) -> None:
        super().__init__(max_digits=max_digits, decimal_places=decimal_places, **options)

    def to_internal_value(self, data: Any) -> Decimal:
        """The string as a Decimal. Fails for numbers, exponents, too many places, NaN and infinities."""
        if not isinstance(data, str) or "e" in data.lower():
            self.fail("not_a_string")
        return super().to_internal_value(data)

    def to_representation(self, value: Decimal | str) -> str:
        """All its digits, without needless zeros. (DRF's own would round to 28 digits to leave the zeros out.)

        value: an amount, or one that is kept as text.
        """
        text = format(Decimal(value), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text


class MomentField(serializers.DateTimeField):
    """UTC milliseconds as a time, both ways."""

    def to_internal_value(self, value: Any) -> int:  # type: ignore[override]  # milliseconds, not a datetime
        """The time as UTC milliseconds. Fails for what is no ISO 8601 time."""
        return clock.to_ms(super().to_internal_value(value))

    def to_representation(self, value: Any) -> str:
        """ISO 8601, UTC."""
        return str(super().to_representation(clock.from_ms(value)))
