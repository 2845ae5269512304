from enum import StrEnum


class VenueEnum(StrEnum):
    BINANCE = "binance"

    def __str__(self) -> str:
        return str(self.value)
