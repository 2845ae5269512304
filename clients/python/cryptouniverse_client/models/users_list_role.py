from enum import StrEnum


class UsersListRole(StrEnum):
    ADMIN = "admin"
    API = "api"
    TRADER = "trader"
    VIEWER = "viewer"

    def __str__(self) -> str:
        return str(self.value)
