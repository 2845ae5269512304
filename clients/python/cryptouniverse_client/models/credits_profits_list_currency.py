from enum import StrEnum


class CreditsProfitsListCurrency(StrEnum):
    CREDIT = "CREDIT"
    PRACTICE = "PRACTICE"

    def __str__(self) -> str:
        return str(self.value)
