"""The lab workers' side of the scanner."""

from cryptouniverse.kernel.tasks import public_task


@public_task(queue="lab")
def scan_markets() -> None:
    """Every 15 s: look at all markets if a candle has closed since the last look; else it costs two queries."""
    from strategies.scanner.services import scan_if_shown  # numba: only lab workers load it

    scan_if_shown()
