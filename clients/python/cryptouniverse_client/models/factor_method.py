from enum import StrEnum


class FactorMethod(StrEnum):
    MAIL = "mail"
    PASSKEY = "passkey"
    PASSWORD = "password"
    RECOVERY = "recovery"
    SMS = "sms"
    TOTP = "totp"

    def __str__(self) -> str:
        return str(self.value)
