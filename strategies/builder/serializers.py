"""What the API takes and gives of rule sets."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cryptouniverse.kernel.numbers import NumberField
from cryptouniverse.kernel.words import told
from strategies.builder.models import RuleSet, RuleSetVersion
from strategies.builder.rules.problems import Problem
from strategies.builder.selectors import name_of_version
from strategies.builder.services import NAME_MAX, exported
from trading.indicators.types import Indicator

NUMBER_KINDS = [("int", "int"), ("float", "float")]


@extend_schema_field(OpenApiTypes.OBJECT)
class DocumentField(serializers.Field):  # type: ignore[type-arg]  # not generic at run time
    """A rule document: what is wrong with it, the rules themselves say."""

    def to_internal_value(self, data: Any) -> Any:
        """As it was sent."""
        return data

    def to_representation(self, value: Any) -> Any:
        """As it is kept."""
        return value


class DocumentSerializer(serializers.Serializer[Any]):
    """A rule document, as /rule-sets/schema has it."""

    document = DocumentField()


class NewVersionSerializer(DocumentSerializer):
    """Another version. based_on: the newest version, as the caller knows it."""

    based_on = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class RuleSetNameSerializer(serializers.Serializer[Any]):
    """Another name."""

    name = serializers.CharField(max_length=NAME_MAX)


class RuleSetSerializer(serializers.Serializer[Any]):
    """A rule set. version: the newest. strategy: by which name a backtest takes that version."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    version = serializers.IntegerField(source="newest")
    strategy = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()

    def get_strategy(self, rule_set: RuleSet) -> str:
        """Such as "rules:<id>:3"."""
        return name_of_version(rule_set, rule_set.newest)


class RuleVersionSerializer(serializers.Serializer[Any]):
    """A version with its document, under the name that its rule set has now. hash: of its rules."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField()
    strategy = serializers.SerializerMethodField()
    hash = serializers.CharField()
    created_at = serializers.DateTimeField()
    document = serializers.SerializerMethodField()

    def get_strategy(self, version: RuleSetVersion) -> str:
        """By which name a backtest takes it."""
        return name_of_version(version.rule_set, version.number)

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_document(self, version: RuleSetVersion) -> Any:
        """What may be imported anywhere."""
        return exported(version)


class RuleProblemSerializer(serializers.Serializer[Any]):
    """What is wrong with a document. path: a JSON pointer into it. nearest: what would do instead, a text or a number,
    null where there is none to name.
    """

    path = serializers.CharField()
    detail = serializers.SerializerMethodField()
    nearest = serializers.SerializerMethodField()

    def get_detail(self, problem: Problem) -> str:
        """In the reader's language."""
        return told(problem.said, gettext)

    @extend_schema_field({"oneOf": [{"type": "string"}, {"type": "number"}, {"type": "null"}]})
    def get_nearest(self, problem: Problem) -> Any:
        """As it would stand in the document."""
        return problem.nearest


class ValidationSerializer(serializers.Serializer[Any]):
    """Whether a document would be kept, and everything that is wrong with it. warmup: candles before its first
    decision, at its parameters' defaults; null of one that is not valid.
    """

    valid = serializers.BooleanField()
    warmup = serializers.IntegerField(allow_null=True)
    problems = RuleProblemSerializer(many=True)


@extend_schema_field({"type": "number"})
class BoundField(NumberField):
    """A bound, however far: that of a moment is in milliseconds."""


class IndicatorParameterSerializer(serializers.Serializer[Any]):
    """A number that an indicator takes, within its bounds."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=NUMBER_KINDS)
    default = NumberField()
    low = BoundField()
    high = BoundField()
    meaning = serializers.CharField()


class IndicatorSerializer(serializers.Serializer[Any]):
    """One indicator. inputs: columns of candles that it reads; outputs: the series it gives. on_price: they are prices.

    warmup: candles before its first value with usual parameters. cumulative: only its changes mean something.
    convention: what is counted how, where books differ.
    """

    name = serializers.CharField()
    title = serializers.CharField()
    family = serializers.CharField()
    inputs = serializers.ListField(child=serializers.CharField())
    outputs = serializers.ListField(child=serializers.CharField())
    parameters = IndicatorParameterSerializer(many=True)
    warmup = serializers.IntegerField()
    on_price = serializers.BooleanField()
    cumulative = serializers.BooleanField()
    convention = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field of DRF is called so too


class IndicatorsSerializer(serializers.Serializer[Any]):
    """All of them."""

    data = IndicatorSerializer(many=True)  # type: ignore[assignment]  # DRF's own `data` is what is shown of all
    has_more = serializers.BooleanField()


def indicator_told(one: Indicator) -> dict[str, Any]:
    """An indicator in the caller's language."""
    facts = ("name", "family", "inputs", "outputs", "on_price", "cumulative", "source")
    numbers = ("name", "default", "low", "high")
    parameters = [
        {
            **{name: getattr(each, name) for name in numbers},
            "kind": each.kind.__name__,
            "meaning": gettext(each.meaning),
        }
        for each in one.parameters
    ]
    return {
        **{name: getattr(one, name) for name in facts},
        "title": gettext(one.title),
        "convention": gettext(one.convention) if one.convention else "",
        "warmup": one.warmup(one.resolve({})),
        "parameters": parameters,
    }
