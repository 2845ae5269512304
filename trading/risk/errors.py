"""What risk refuses beside the gate's rulings."""

from cryptouniverse.kernel.errors import Invalid


class ReasonMissing(Invalid):
    """Re-arming needs a person's reason."""

    code = "risk.reason_missing"
    title = "Say why trading is safe again"
