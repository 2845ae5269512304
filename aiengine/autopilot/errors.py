"""What the autopilot refuses."""

from cryptouniverse.kernel.errors import Invalid


class NothingToReplay(Invalid):
    """The folder holds no candles that can be replayed."""

    code = "autopilot.nothing_to_replay"
    title = "There is nothing to replay"
