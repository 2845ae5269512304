from enum import StrEnum


class VoteEnum(StrEnum):
    BUY = "buy"
    HOLD = "hold"
    SELL = "sell"

    def __str__(self) -> str:
        return str(self.value)
