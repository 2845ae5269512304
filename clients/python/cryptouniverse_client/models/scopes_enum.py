from enum import StrEnum


class ScopesEnum(StrEnum):
    ADMINDELETE = "admin:delete"
    ADMINEXECUTE = "admin:execute"
    ADMINREAD = "admin:read"
    ADMINWRITE = "admin:write"
    PORTFOLIODELETE = "portfolio:delete"
    PORTFOLIOEXECUTE = "portfolio:execute"
    PORTFOLIOREAD = "portfolio:read"
    PORTFOLIOWRITE = "portfolio:write"
    SYSTEMDELETE = "system:delete"
    SYSTEMEXECUTE = "system:execute"
    SYSTEMREAD = "system:read"
    SYSTEMWRITE = "system:write"
    TRADINGDELETE = "trading:delete"
    TRADINGEXECUTE = "trading:execute"
    TRADINGREAD = "trading:read"
    TRADINGWRITE = "trading:write"
    USERSDELETE = "users:delete"
    USERSEXECUTE = "users:execute"
    USERSREAD = "users:read"
    USERSWRITE = "users:write"

    def __str__(self) -> str:
        return str(self.value)
