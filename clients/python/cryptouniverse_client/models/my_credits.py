from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.currency_enum import CurrencyEnum
from ..models.warned_enum import WarnedEnum

if TYPE_CHECKING:
    from ..models.balance import Balance


T = TypeVar("T", bound="MyCredits")


@_attrs_define
class MyCredits:
    """Amounts in credits; `mark` and `free_profit` in USD. `reached`: only exits run until credits are topped up.

    Attributes:
        currency (CurrencyEnum): * `CREDIT` - CREDIT
            * `PRACTICE` - PRACTICE
        bought (str):
        consumed (str):
        available (str):
        free_profit (str):
        mark (str):
        reached (bool):
        warned (WarnedEnum): * `0` - 0
            * `80` - 80
            * `95` - 95
        series (list[Balance]):
    """

    currency: CurrencyEnum
    bought: str
    consumed: str
    available: str
    free_profit: str
    mark: str
    reached: bool
    warned: WarnedEnum
    series: list[Balance]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        currency = self.currency.value

        bought = self.bought

        consumed = self.consumed

        available = self.available

        free_profit = self.free_profit

        mark = self.mark

        reached = self.reached

        warned = self.warned.value

        series = []
        for series_item_data in self.series:
            series_item = series_item_data.to_dict()
            series.append(series_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "currency": currency,
                "bought": bought,
                "consumed": consumed,
                "available": available,
                "free_profit": free_profit,
                "mark": mark,
                "reached": reached,
                "warned": warned,
                "series": series,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.balance import Balance

        d = dict(src_dict)
        currency = CurrencyEnum(d.pop("currency"))

        bought = d.pop("bought")

        consumed = d.pop("consumed")

        available = d.pop("available")

        free_profit = d.pop("free_profit")

        mark = d.pop("mark")

        reached = d.pop("reached")

        warned = WarnedEnum(d.pop("warned"))

        series = []
        _series = d.pop("series")
        for series_item_data in _series:
            series_item = Balance.from_dict(series_item_data)

            series.append(series_item)

        my_credits = cls(
            currency=currency,
            bought=bought,
            consumed=consumed,
            available=available,
            free_profit=free_profit,
            mark=mark,
            reached=reached,
            warned=warned,
            series=series,
        )

        my_credits.additional_properties = d
        return my_credits

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
