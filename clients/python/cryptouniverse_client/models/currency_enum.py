from enum import StrEnum


class CurrencyEnum(StrEnum):
    CREDIT = "CREDIT"
    PRACTICE = "PRACTICE"

    def __str__(self) -> str:
        return str(self.value)
