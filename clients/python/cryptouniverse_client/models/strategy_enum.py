from enum import StrEnum


class StrategyEnum(StrEnum):
    DONCHIAN_BREAKOUT = "donchian_breakout"
    MOVING_AVERAGE_CROSS = "moving_average_cross"
    RSI_REVERSION = "rsi_reversion"

    def __str__(self) -> str:
        return str(self.value)
