from enum import StrEnum


class TokenCodeKind(StrEnum):
    MAIL = "mail"
    RECOVERY = "recovery"
    SMS = "sms"
    TOTP = "totp"

    def __str__(self) -> str:
        return str(self.value)
