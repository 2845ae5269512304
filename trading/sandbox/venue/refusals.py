"""What the sandbox refuses, in Binance's words: code, message, HTTP status. Pure."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):  # noqa: N818 - it is called what it is in Binance's documentation and in the journal
    """A request that is refused. code, message: Binance's. status: of the HTTP reply. data: of a cancel-replace."""

    def __init__(self, code: int, message: str, status: int = 400, data: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.data = data

    def body(self) -> dict[str, Any]:
        """The JSON body of the reply."""
        body: dict[str, Any] = {"code": self.code, "msg": self.message}
        return {**body, "data": self.data} if self.data is not None else body


def unknown_key() -> Refusal:
    """The key is not there, was revoked, or lacks the right."""
    return Refusal(-2015, "Invalid API-key, IP, or permissions for action.", 401)


def malformed_key() -> Refusal:
    """The key cannot be one."""
    return Refusal(-2014, "API-key format invalid.", 401)


def wrong_signature() -> Refusal:
    """The signature is not that of the request."""
    return Refusal(-1022, "Signature for this request is not valid.")


def too_early() -> Refusal:
    """The request's time lies ahead of the exchange's."""
    return Refusal(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")


def too_late() -> Refusal:
    """The request is older than its window."""
    return Refusal(-1021, "Timestamp for this request is outside of the recvWindow.")


def window_too_wide() -> Refusal:
    """The window is longer than a minute."""
    return Refusal(-1131, "recvWindow must be less than 60000.")


def missing(name: str) -> Refusal:
    """A parameter that must be there is not."""
    return Refusal(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def one_of_missing(*names: str) -> Refusal:
    """One of several parameters must be there."""
    either = " or ".join(f"'{name}'" for name in names)
    return Refusal(-1102, f"Param {either} must be sent, but both were empty/null!")


def illegal(name: str, legal: str) -> Refusal:
    """A parameter has characters that it must not have."""
    return Refusal(-1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'.")


def too_precise(name: str) -> Refusal:
    """A number has more places than the exchange counts."""
    return Refusal(-1111, f"Parameter '{name}' has too much precision.")


def not_required(name: str) -> Refusal:
    """A parameter that this kind of order does not take."""
    return Refusal(-1106, f"Parameter '{name}' sent when not required.")


def invalid_choice(code: int, what: str) -> Refusal:
    """-1115 timeInForce, -1116 orderType, -1117 side, -1120 interval, -1121 symbol."""
    return Refusal(code, f"Invalid {what}.")


def filter_failure(name: str) -> Refusal:
    """An order that the market's filters refuse."""
    return Refusal(-1013, f"Filter failure: {name}")


def new_order_rejected(message: str) -> Refusal:
    """An order that the matching engine refuses."""
    return Refusal(-2010, message)


def insufficient_balance() -> Refusal:
    """The account cannot pay."""
    return new_order_rejected("Account has insufficient balance for requested action.")


def market_closed() -> Refusal:
    """The market is halted, on a break, or delisted."""
    return Refusal(-1013, "Market is closed.")


def unknown_order_to_cancel() -> Refusal:
    """There is no such open order."""
    return Refusal(-2011, "Unknown order sent.")


def no_such_order() -> Refusal:
    """There is no such order."""
    return Refusal(-2013, "Order does not exist.")


def too_many_orders(limit: int, interval: str) -> Refusal:
    """More orders than may be sent."""
    message = f"Too many new orders; current limit is {limit} orders per {interval}."
    return Refusal(-1015, message, 429)


def too_much_weight(limit: int) -> Refusal:
    """More weight than an address has in a minute."""
    message = f"Too much request weight used; current limit is {limit} request weight per 1 MINUTE."
    return Refusal(-1003, f"{message} Please use WebSocket Streams for live updates to avoid polling the API.", 429)


def banned(until_ms: int) -> Refusal:
    """An address that went on after it was told to stop."""
    return Refusal(-1003, f"Way too much request weight used; IP banned until {until_ms}.", 418)
