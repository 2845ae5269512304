from enum import StrEnum


class TeamRole(StrEnum):
    MANAGER = "manager"
    TRADER = "trader"
    VIEWER = "viewer"

    def __str__(self) -> str:
        return str(self.value)
