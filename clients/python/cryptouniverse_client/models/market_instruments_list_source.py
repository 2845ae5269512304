from enum import StrEnum


class MarketInstrumentsListSource(StrEnum):
    FETCHED = "fetched"
    IMPORTED = "imported"
    SIMULATED = "simulated"

    def __str__(self) -> str:
        return str(self.value)
