from enum import StrEnum


class CreditsRetrieveCurrency(StrEnum):
    CREDIT = "CREDIT"
    PRACTICE = "PRACTICE"

    def __str__(self) -> str:
        return str(self.value)
