from enum import StrEnum


class DefaultRoleEnum(StrEnum):
    TRADER = "trader"
    VIEWER = "viewer"

    def __str__(self) -> str:
        return str(self.value)
