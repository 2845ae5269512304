from enum import StrEnum


class ProofEnum(StrEnum):
    ABSENT = "absent"
    PROVEN = "proven"
    UNVERIFIED = "unverified"

    def __str__(self) -> str:
        return str(self.value)
