"""Numbers and words over the API that pay nothing: parameters of strategies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

NUMBER_MAX: Final = 10**9
WORD_MAX: Final = 40


@extend_schema_field({"type": "number", "minimum": -NUMBER_MAX, "maximum": NUMBER_MAX})
class NumberField(serializers.Field):  # type: ignore[type-arg]  # not generic at run time
    """A number that describes and pays nothing."""

    default_error_messages: ClassVar = {"no_number": _("A parameter is a number.")}

    def to_internal_value(self, data: Any) -> int | float:
        """A whole number, or one with a fraction."""
        if isinstance(data, bool) or not isinstance(data, (int, Decimal)) or not -NUMBER_MAX <= data <= NUMBER_MAX:
            self.fail("no_number")
        return data if isinstance(data, int) else float(data)

    def to_representation(self, value: Any) -> Any:
        """As it is."""
        return value


@extend_schema_field(
    {
        "oneOf": [
            {"type": "number", "minimum": -NUMBER_MAX, "maximum": NUMBER_MAX},
            {"type": "string", "maxLength": WORD_MAX},
        ]
    }
)
class SettingField(NumberField):
    """A number, exact where it is sent as text, or a word of a choice."""

    default_error_messages: ClassVar = {"too_long": _("A parameter is a number or a word.")}

    def to_internal_value(self, data: Any) -> Any:
        """The text as it is, for whoever knows the parameter to read; else as a number."""
        if not isinstance(data, str):
            return super().to_internal_value(data)
        if len(data) > WORD_MAX or not data.isprintable():
            self.fail("too_long")
        return data
