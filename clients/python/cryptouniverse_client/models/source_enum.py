from enum import StrEnum


class SourceEnum(StrEnum):
    FETCHED = "fetched"
    IMPORTED = "imported"
    SIMULATED = "simulated"

    def __str__(self) -> str:
        return str(self.value)
