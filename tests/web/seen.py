"""What a page says."""

import calendar
import re
from html import unescape

from tests.pseudo import english_in

# What people and exchanges have named: the same in every language.
NAMES = {"CryptoUniverse", "Alice", "Bea", "acme", "Sim", "UTC", "USDT", "ATR", "RSI", "ADX"}
CALENDAR = {*calendar.day_abbr, *calendar.month_abbr}  # Django's own, in a language that it has not


def seen(response) -> str:
    """What the page says, without its markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def words_of(portfolio) -> set[str]:
    """What the desk's owner or the exchange has named."""
    named = " ".join(f"{bot.name} {' '.join(bot.instruments)}" for bot in portfolio.bots.all())
    return NAMES | CALENDAR | english_in(named)
