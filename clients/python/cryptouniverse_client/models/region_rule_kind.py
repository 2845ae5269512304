from enum import StrEnum


class RegionRuleKind(StrEnum):
    COUNTRY = "country"
    NETWORK = "network"

    def __str__(self) -> str:
        return str(self.value)
