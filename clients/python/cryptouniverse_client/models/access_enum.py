from enum import StrEnum


class AccessEnum(StrEnum):
    READ = "read"
    TRADE = "trade"

    def __str__(self) -> str:
        return str(self.value)
