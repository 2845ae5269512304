from enum import IntEnum


class WarnedEnum(IntEnum):
    VALUE_0 = 0
    VALUE_80 = 80
    VALUE_95 = 95

    def __str__(self) -> str:
        return str(self.value)
