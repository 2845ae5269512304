from enum import StrEnum


class ConnectionKind(StrEnum):
    LIVE = "live"
    PAPER = "paper"
    SANDBOX = "sandbox"

    def __str__(self) -> str:
        return str(self.value)
