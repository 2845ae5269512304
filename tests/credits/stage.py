"""State said as text: `given_ledger("wallet:alice 100, purchases -100")` books it, `assert_ledger` reads it back."""

from contextlib import contextmanager
from decimal import Decimal
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credits.ledger.selectors import check_books, tenant_account, wallets_of
from credits.ledger.services import EntryDraft, post_entries
from credits.ledger.types import AccountKind
from credits.metering.selectors import check_marks
from credits.metering.types import RealisedProfit
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.events.models import OutboxEvent


def person(name):
    """The user called `name`."""
    return get_user_model().objects.create_user(f"{name}@example.com")


_ACCOUNTS = """
    SELECT a.id, a.kind, u.email, a.posted FROM credits_ledger_account a
    LEFT JOIN accounts_users_user u ON u.id = a.owner_id WHERE a.currency = %s
"""  # in SQL: long histories ask after every step


def account(words, currency="CREDIT"):
    """The pk of the account called `wallet:alice` or `purchases`, opened when missing."""
    for pk, kind, email, _posted in query(_ACCOUNTS, [currency]):
        if _words(kind, email) == words:
            return pk
    kind, _, name = words.partition(":")
    if kind != "wallet":
        return tenant_account(AccountKind(kind), currency)
    owner = get_user_model().objects.get(email=f"{name}@example.com").pk
    return wallets_of([owner], currency)[owner].account_pk


def moves(text, currency="CREDIT"):
    """`wallet:alice 100, purchases -100` as account pk -> credits."""
    return {account(part.split()[0], currency): Decimal(part.split()[1]) for part in text.split(",")}


def draft(text, key=None, reason="a fact", currency="CREDIT", **terms):
    """An entry that says `text`."""
    return EntryDraft(key or f"given:{uuid4()}", reason, moves(text, currency), clock.now(), **terms)


def given_ledger(text, currency="CREDIT", **terms):
    """Book `text` as one entry."""
    post_entries([draft(text, currency=currency, **terms)])


def ledger(currency="CREDIT"):
    """Every account that is not empty, as text -> credits."""
    return {_words(kind, email): posted for _pk, kind, email, posted in query(_ACCOUNTS, [currency]) if posted}


def assert_ledger(text, currency="CREDIT"):
    """The accounts hold exactly what `text` says, and all books add up."""
    said = {part.split()[0]: Decimal(part.split()[1]) for part in text.split(",") if part.strip()}
    assert ledger(currency) == said
    assert check_books() == []
    assert check_marks() == []


def profit(user, amount, number=None):
    """A realised profit of `amount` USD on the fill called `number` (a new one by default)."""
    fill_id = UUID(int=number) if number is not None else uuid4()
    return RealisedProfit(user.pk, fill_id, Decimal(amount), clock.now())


def published(prefix="credits."):
    """The events published so far, oldest first, as (type, body)."""
    return list(OutboxEvent.objects.filter(type__startswith=prefix).order_by("pk").values_list("type", "body"))


@contextmanager
def statements(number):
    """Inside, exactly `number` statements run, besides those that set the schema."""
    with CaptureQueriesContext(connection) as seen:
        yield
    ran = [query["sql"] for query in seen if not query["sql"].startswith("SET search_path")]
    assert len(ran) == number, "\n".join(ran)


def _words(kind, email):
    return kind + (f":{email.partition('@')[0]}" if email else "")
