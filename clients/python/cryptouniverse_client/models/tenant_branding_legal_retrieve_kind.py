from enum import StrEnum


class TenantBrandingLegalRetrieveKind(StrEnum):
    PRIVACY = "privacy"
    RISK = "risk"
    TERMS = "terms"

    def __str__(self) -> str:
        return str(self.value)
