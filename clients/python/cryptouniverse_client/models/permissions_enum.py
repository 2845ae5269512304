from enum import StrEnum


class PermissionsEnum(StrEnum):
    PORTFOLIOREAD = "portfolio:read"
    PORTFOLIOWRITE = "portfolio:write"
    TRADINGEXECUTE = "trading:execute"
    TRADINGREAD = "trading:read"
    TRADINGWRITE = "trading:write"

    def __str__(self) -> str:
        return str(self.value)
