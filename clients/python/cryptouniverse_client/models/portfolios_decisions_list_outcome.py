from enum import StrEnum


class PortfoliosDecisionsListOutcome(StrEnum):
    EXIT = "exit"
    NO_VERDICT = "no_verdict"
    REDUCED = "reduced"
    REFUSED = "refused"
    TAKEN = "taken"

    def __str__(self) -> str:
        return str(self.value)
