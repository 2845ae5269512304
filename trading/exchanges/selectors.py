"""What is known of the exchanges, without any of them being asked."""

from __future__ import annotations

from trading.exchanges.capabilities import Proof, VenueCapability, barring_cells
from trading.exchanges.venues.registry import profile_of


def trades_by_itself(venue: str) -> bool:
    """Whether all that unattended trading for real money needs is proven there. Raises UnknownExchange."""
    return not barring_cells(profile_of(venue).capability)


def capability_of(venue: str) -> VenueCapability:
    """The venue's row of the capability table. Raises UnknownExchange."""
    return profile_of(venue).capability


def offers(venue: str, cell: str) -> bool:
    """Whether a capability, such as "post_only", is proven there. Raises UnknownExchange."""
    return bool(getattr(profile_of(venue).capability, cell) is Proof.PROVEN)
