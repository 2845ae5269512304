from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.outcome_enum import OutcomeEnum

T = TypeVar("T", bound="Decision")


@_attrs_define
class Decision:
    """What became of a signal for one bot. rule, limit, value: what refused or reduced it. at: the candle's open.

    Attributes:
        id (UUID):
        bot (UUID):
        strategy (str):
        signal (UUID):
        opportunity (None | UUID):
        instrument (str):
        at (datetime.datetime):
        outcome (OutcomeEnum): * `taken` - taken
            * `reduced` - reduced
            * `refused` - refused
            * `no_verdict` - no_verdict
            * `exit` - exit
        rule (str):
        limit (str):
        value (str):
        wanted_quantity (None | str):
        quantity (None | str):
        decided_at (datetime.datetime):
    """

    id: UUID
    bot: UUID
    strategy: str
    signal: UUID
    opportunity: None | UUID
    instrument: str
    at: datetime.datetime
    outcome: OutcomeEnum
    rule: str
    limit: str
    value: str
    wanted_quantity: None | str
    quantity: None | str
    decided_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        bot = str(self.bot)

        strategy = self.strategy

        signal = str(self.signal)

        opportunity: None | str
        if isinstance(self.opportunity, UUID):
            opportunity = str(self.opportunity)
        else:
            opportunity = self.opportunity

        instrument = self.instrument

        at = self.at.isoformat()

        outcome = self.outcome.value

        rule = self.rule

        limit = self.limit

        value = self.value

        wanted_quantity: None | str
        wanted_quantity = self.wanted_quantity

        quantity: None | str
        quantity = self.quantity

        decided_at = self.decided_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "bot": bot,
                "strategy": strategy,
                "signal": signal,
                "opportunity": opportunity,
                "instrument": instrument,
                "at": at,
                "outcome": outcome,
                "rule": rule,
                "limit": limit,
                "value": value,
                "wanted_quantity": wanted_quantity,
                "quantity": quantity,
                "decided_at": decided_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        bot = UUID(d.pop("bot"))

        strategy = d.pop("strategy")

        signal = UUID(d.pop("signal"))

        def _parse_opportunity(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                opportunity_type_0 = UUID(data)

                return opportunity_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        opportunity = _parse_opportunity(d.pop("opportunity"))

        instrument = d.pop("instrument")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        outcome = OutcomeEnum(d.pop("outcome"))

        rule = d.pop("rule")

        limit = d.pop("limit")

        value = d.pop("value")

        def _parse_wanted_quantity(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        wanted_quantity = _parse_wanted_quantity(d.pop("wanted_quantity"))

        def _parse_quantity(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        quantity = _parse_quantity(d.pop("quantity"))

        decided_at = datetime.datetime.fromisoformat(d.pop("decided_at"))

        decision = cls(
            id=id,
            bot=bot,
            strategy=strategy,
            signal=signal,
            opportunity=opportunity,
            instrument=instrument,
            at=at,
            outcome=outcome,
            rule=rule,
            limit=limit,
            value=value,
            wanted_quantity=wanted_quantity,
            quantity=quantity,
            decided_at=decided_at,
        )

        decision.additional_properties = d
        return decision

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
