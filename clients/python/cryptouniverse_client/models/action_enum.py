from enum import StrEnum


class ActionEnum(StrEnum):
    ENTER_LONG = "enter_long"
    EXIT_LONG = "exit_long"

    def __str__(self) -> str:
        return str(self.value)
