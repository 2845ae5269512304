"""Forms of limits, protections, triggers and sizing, made from their definitions: a new kind changes nothing here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.words import gettext_noop
from cryptouniverse.templatetags.figures import figure, places_of
from trading.ceilings.caps import CAP_OF, CURRENCY, WHITELIST_MEANING, WHITELIST_MOST, WHITELIST_WORDS
from trading.ceilings.columns import MODES
from trading.ceilings.types import STOPS, Mode
from trading.marketdata.selectors import instruments
from trading.risk.protections.parameters import LASTS, Parameter, Sort, alternatives, parameters_of
from trading.risk.protections.types import LOOKS_BACK
from trading.risk.protections.types import Method as ProtectionMethod
from trading.risk.sizing.types import Bounds
from trading.risk.sizing.types import Method as SizingMethod
from trading.risk.triggers.types import Kind

PERCENT: Final = Decimal(100)
STOP_CHOICES: Final = [(value, words) for value, words in MODES if Mode(value) in STOPS]
GROUPS: Final = {LASTS: _("How long it locks: say one of these"), LOOKS_BACK: _("How far back it looks: say one")}
_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
_ENDLESS = Decimal(10) ** 12
_LIMIT = gettext_noop("Limit")
_FLAGS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Row:
    """A field as a page shows it: what stands behind it, and between which numbers it is."""

    field: BoundField
    unit: str = ""
    bounds: str = ""


def plain(number: Any) -> str:
    """A number as a person types it: no needless zeros, no exponent; "" for none."""
    text = "" if number is None else f"{Decimal(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def above(limit: Decimal) -> Any:
    """Checks that a number is larger."""

    def check(value: Decimal) -> None:
        if value <= limit:
            raise ValidationError(gettext("More than %(limit)s.") % {"limit": plain(limit)})

    return check


def number(
    words: str,
    meaning: str,
    *,
    least: Decimal,
    most: Decimal,
    places: int,
    required: bool,
    over: bool = False,
    usual: Any = None,
) -> forms.Field:
    """A field for a number from `least` (or, `over` it) to `most`; places 0: a whole one. Its texts are marked."""
    attrs = {"class": "num", "inputmode": "decimal" if places else "numeric", "autocomplete": "off"}
    if usual is not None:
        attrs["placeholder"] = plain(usual)
    said: dict[str, Any] = {
        "label": gettext(words),
        "help_text": gettext(meaning),
        "required": required,
        "widget": forms.TextInput(attrs=attrs),
        "error_messages": {
            "required": _("Say a number."),
            "invalid": _("A number such as 0.5.") if places else _("A whole number such as 5."),
            "min_value": _("At least %(limit_value)s."),
            "max_value": _("At most %(limit_value)s."),
            "max_decimal_places": _("At most %(max)s places behind the point."),
        },
    }
    if not places:
        return forms.IntegerField(min_value=int(least), max_value=int(most), **said)
    bounds = {"validators": [above(least)]} if over else {"min_value": least}
    return forms.DecimalField(max_digits=38, decimal_places=places, max_value=most, **bounds, **said)


def between(least: Decimal, most: Decimal, *, over: bool = False) -> str:
    """Bounds in words; one that nobody comes to is left out."""
    if most >= _ENDLESS:
        return (gettext("more than %(least)s") if over else gettext("%(least)s or more")) % {"least": _shown(least)}
    facts = {"least": _shown(least), "most": _shown(most)}
    return (gettext("more than %(least)s, up to %(most)s") if over else gettext("%(least)s to %(most)s")) % facts


class MadeForm(forms.Form):
    """A form of given fields. units, bounds: by the fields' names. stored: what is there now, as it is stored."""

    units: dict[str, str]
    bounds: dict[str, str]

    def __init__(self, data: Any, made: Mapping[str, forms.Field], *, key: str, first: Mapping[str, Any]) -> None:
        super().__init__(data, auto_id=f"{key}-%s", initial=dict(first))
        self.key = key
        self.units, self.bounds = {}, {}
        self.fields.update(made)

    def row(self, name: str) -> Row:
        """One field, as a page shows it."""
        return Row(self[name], self.units.get(name, ""), self.bounds.get(name, ""))

    def rows(self) -> list[Row]:
        """All of them."""
        return [self.row(name) for name in self.fields]

    def parts(self) -> list[tuple[str, list[Row]]]:
        """The fields in groups, each with its words; "" for what belongs to none."""
        return [("", self.rows())]

    def refuse(self, error: CryptoUniverseError) -> None:
        """Say a service's refusal at the field that it is of, or above all of them."""
        named = str(error.facts.get("field") or error.facts.get("name") or "")
        if "instrument" in error.facts and "whitelist" in self.fields:
            named = "whitelist"
        self.add_error(named if named in self.fields else None, error.sentence(gettext))

    def _units(self, units: Mapping[str, str], currency: str) -> None:
        for name, unit in units.items():
            self.units[name] = (currency or gettext("currency")) if unit == CURRENCY else unit


class InstrumentsField(forms.CharField):
    """Ids of instruments, with commas, spaces or lines between; a symbol stands for the one instrument that has it."""

    known: Mapping[str, str] = {}

    def to_python(self, value: Any) -> Any:
        """The ids, each once, in the order in which they were typed."""
        typed = re.split(r"[\s,;]+", super().to_python(value) or "")
        return list(dict.fromkeys(self.known.get(name.upper(), name) for name in typed if name))

    def validate(self, value: Any) -> None:
        """Not too many."""
        if len(value) > WHITELIST_MOST:
            raise ValidationError(gettext("At most %(most)s instruments.") % {"most": WHITELIST_MOST})

    def run_validators(self, value: Any) -> None:
        """Those of a text do not apply."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other instruments are meant, however they are written."""
        return bool(set(self.to_python(initial)) != set(self.to_python(data)))


class CapsForm(MadeForm):
    """All limits of a portfolio, or of a level above: there a limit that is left empty is none.

    known: symbol -> instrument id, for who types the symbol alone.
    """

    def __init__(
        self, data: Any, row: Any, *, required: bool, currency: str = "", known: Mapping[str, str] | None = None
    ) -> None:
        made: dict[str, forms.Field] = {
            name: number(
                cap.words, cap.meaning, least=cap.least, most=cap.most, places=cap.places, required=required,
                over=cap.above,
            )
            for name, cap in CAP_OF.items()
        }  # fmt: skip
        listed = InstrumentsField(
            label=gettext(WHITELIST_WORDS),
            help_text=gettext(WHITELIST_MEANING),
            required=False,
            widget=forms.Textarea(attrs={"rows": 2, "class": "area area--short", "spellcheck": "false"}),
        )
        listed.known = known or {}
        made["whitelist"] = listed
        for field in made.values():
            field.show_hidden_initial = True
        first = {name: plain(getattr(row, name)) for name in CAP_OF} | {"whitelist": ", ".join(row.whitelist)}
        super().__init__(data, made, key="cap", first=first)
        self._units({name: cap.unit for name, cap in CAP_OF.items()}, currency)
        self.bounds = {name: between(cap.least, cap.most, over=cap.above) for name, cap in CAP_OF.items()}

    def clean_whitelist(self) -> list[str]:
        """The instruments, which are all listed."""
        typed: list[str] = self.cleaned_data["whitelist"]
        listed = instruments(typed) if typed else {}
        if unknown := next((name for name in typed if name not in listed), None):
            raise ValidationError(gettext("No instrument is called %(instrument)s.") % {"instrument": unknown})
        return typed

    def named(self) -> dict[str, Any]:
        """What was changed on this page, by the limits' names: what somebody else changed meanwhile is left alone."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class ProtectionForm(MadeForm):
    """One protection of a method."""

    def __init__(self, data: Any, method: ProtectionMethod, stored: Mapping[str, Any] | None, *, key: str) -> None:
        self.method, self.stored = method, dict(stored or {})
        self.asked = {one.name: one for one in parameters_of(method)}
        made = {name: _field_of(one, method) for name, one in self.asked.items()}
        super().__init__(
            data, made, key=key, first={name: _typed(one, self.stored) for name, one in self.asked.items()}
        )
        self.units = {name: "%" for name, one in self.asked.items() if one.sort is Sort.RATIO}
        self.bounds = {
            name: between(one.least * _scale(one), one.most * _scale(one))
            for name, one in self.asked.items()
            if one.sort in {Sort.COUNT, Sort.RATIO}
        }

    def parts(self) -> list[tuple[str, list[Row]]]:
        """First of what only one is said, then the rest."""
        groups = [(str(words), [name for name in names if name in self.fields]) for names, words in GROUPS.items()]
        grouped = {name for _words, names in groups for name in names}
        groups.append(("", [name for name in self.fields if name not in grouped]))
        return [(words, [self.row(name) for name in names]) for words, names in groups if names]

    def clean(self) -> dict[str, Any]:
        """Of those that exclude each other only one is said."""
        for names in alternatives():
            said = [name for name in names if self.cleaned_data.get(name) not in {None, ""}]
            for name in said[1:]:
                self.add_error(name, gettext("Say one of these, not several."))
        return self.cleaned_data

    def said(self) -> dict[str, Any]:
        """The protection, as it is stored."""
        found: dict[str, Any] = {"method": self.method.name}
        for name, one in self.asked.items():
            value = self.cleaned_data[name]
            if one.sort is Sort.RATIO and value is not None:
                value = plain(value / PERCENT)
            if value not in {None, ""}:
                found[name] = _FLAGS[value] if one.sort is Sort.FLAG else value
        return found


class TriggerForm(MadeForm):
    """One trigger of a kind."""

    def __init__(self, data: Any, kind: Kind, stored: Mapping[str, Any] | None, *, key: str) -> None:
        self.kind = kind
        made = {
            "limit": number(
                _LIMIT, "", least=Decimal(0), most=kind.most, places=18, required=True, over=True
            ),
            "mode": forms.ChoiceField(label=gettext("What happens then"), choices=STOP_CHOICES),
        }  # fmt: skip
        first = {"limit": plain((stored or {}).get("limit")), "mode": (stored or {}).get("mode", Mode.CLOSE_ONLY.value)}
        super().__init__(data, made, key=key, first=first)
        self.units = {"limit": kind.unit}
        self.bounds = {"limit": between(Decimal(0), kind.most, over=True)}

    def said(self) -> dict[str, Any]:
        """The trigger, as it is stored."""
        said = self.cleaned_data
        return {"trigger": self.kind.name, "limit": plain(said["limit"]), "mode": said["mode"]}


class SizingForm(MadeForm):
    """The numbers of one way of sizing."""

    def __init__(self, data: Any, method: SizingMethod, stored: Mapping[str, Any], *, key: str, currency: str) -> None:
        self.method = method
        made = {name: _number_of(name, bounds) for name, bounds in method.takes.items()}
        own = stored if stored.get("method") == method.name else {}
        first = {name: plain(own.get(name, bounds.usual)) for name, bounds in method.takes.items()}
        super().__init__(data, made, key=key, first=first)
        self._units({name: bounds.unit for name, bounds in method.takes.items()}, currency)
        self.bounds = {name: between(bounds.least, bounds.most) for name, bounds in method.takes.items()}

    def said(self) -> dict[str, Any]:
        """The sizing, as services take it; what was left empty is not said."""
        numbers = {name: plain(value) for name, value in self.cleaned_data.items() if value is not None}
        return {"method": self.method.name, **numbers}


def symbols_of(ids: Iterable[str]) -> dict[str, str]:
    """Symbol -> instrument id, for symbols that one instrument alone has."""
    found: dict[str, list[str]] = {}
    for name in ids:
        found.setdefault(name.partition(":")[2].upper(), []).append(name)
    return {symbol: names[0] for symbol, names in found.items() if len(names) == 1}


def _field_of(one: Parameter, method: ProtectionMethod) -> forms.Field:
    told: dict[str, Any] = {"label": gettext(one.words), "help_text": gettext(one.meaning), "required": False}
    if one.sort is Sort.CLOCK:
        attrs = {"class": "num", "placeholder": "08:00", "inputmode": "numeric", "autocomplete": "off"}
        wrong = {"invalid": _("A time such as 08:00.")}
        return forms.RegexField(_CLOCK, **told, widget=forms.TextInput(attrs=attrs), error_messages=wrong)
    if one.sort is Sort.FLAG:
        choices = [("", gettext("Not said")), ("yes", gettext("Yes")), ("no", gettext("No"))]
        return forms.ChoiceField(**told, choices=choices)
    usual = method.usual.get(one.name, one.usual)
    scale = _scale(one)
    places = 8 if one.sort is Sort.RATIO else 0
    return number(
        one.words, one.meaning, least=one.least * scale, most=one.most * scale, places=places, required=False,
        usual=usual,
    )  # fmt: skip


def _scale(one: Parameter) -> Decimal:
    return PERCENT if one.sort is Sort.RATIO else Decimal(1)


def _typed(one: Parameter, stored: Mapping[str, Any]) -> str:
    value = stored.get(one.name)
    if value is None:
        return ""
    if one.sort is Sort.FLAG:
        return "yes" if value else "no"
    return str(value) if one.sort is Sort.CLOCK else plain(Decimal(str(value)) * _scale(one))


def _number_of(name: str, bounds: Bounds) -> forms.Field:
    places = 0 if bounds.whole else 8
    words = bounds.words or name
    return number(
        words, bounds.meaning, least=bounds.least, most=bounds.most, places=places, required=bounds.usual is None,
        usual=bounds.usual,
    )  # fmt: skip


def _shown(bound: Decimal) -> str:
    return figure(bound, places_of(bound))
