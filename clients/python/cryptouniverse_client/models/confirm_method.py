from enum import StrEnum


class ConfirmMethod(StrEnum):
    MAIL = "mail"
    PASSWORD = "password"
    RECOVERY = "recovery"
    SMS = "sms"
    TOTP = "totp"

    def __str__(self) -> str:
        return str(self.value)
