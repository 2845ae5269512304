"""The rules, one a file. Each holds a `RULE`; `trading.risk.registry` finds it."""
