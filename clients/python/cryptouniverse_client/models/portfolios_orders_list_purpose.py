from enum import StrEnum


class PortfoliosOrdersListPurpose(StrEnum):
    ENTRY = "entry"
    EXIT = "exit"
    PROTECT = "protect"

    def __str__(self) -> str:
        return str(self.value)
