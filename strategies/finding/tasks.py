"""The workers' side of order books."""

from cryptouniverse.kernel.tasks import public_task
from strategies.finding.services import watch_books


@public_task(queue="lab")
def fetch_watched_books() -> None:
    """Every 5 s: ask the exchanges for the books that bots of anybody's read; without such bots one query a tenant."""
    watch_books()
