from enum import StrEnum


class OpinionKindEnum(StrEnum):
    AI = "ai"
    RULE = "rule"

    def __str__(self) -> str:
        return str(self.value)
