from enum import StrEnum


class ParameterKindEnum(StrEnum):
    FLOAT = "float"
    INT = "int"

    def __str__(self) -> str:
        return str(self.value)
