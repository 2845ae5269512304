from enum import StrEnum


class ConnectionStatusEnum(StrEnum):
    ACTIVE = "active"
    DELETED = "deleted"
    DRAFT = "draft"
    INACTIVE = "inactive"
    REFUSED = "refused"
    TESTED = "tested"

    def __str__(self) -> str:
        return str(self.value)
