from enum import StrEnum


class DomainStateEnum(StrEnum):
    FAILING = "failing"
    PENDING = "pending"
    VERIFIED = "verified"

    def __str__(self) -> str:
        return str(self.value)
