from enum import StrEnum


class PurposeEnum(StrEnum):
    ENTRY = "entry"
    EXIT = "exit"
    PROTECT = "protect"

    def __str__(self) -> str:
        return str(self.value)
