"""The way out to addresses that people typed in: to public ones only, and never further than was checked."""

from cryptouniverse.kernel.egress.sending import PublicTransport, post
from cryptouniverse.kernel.egress.targets import Answer, Limits, Reason, Target, parse_target

__all__ = ["Answer", "Limits", "PublicTransport", "Reason", "Target", "parse_target", "post"]
