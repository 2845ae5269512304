"""Numbers over the API that pay nothing: parameters of strategies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

NUMBER_MAX: Final = 10**9


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
