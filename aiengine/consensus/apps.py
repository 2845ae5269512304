"""The Django app of this domain."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AiengineConsensus(AppConfig):
    """Consensus."""

    name = "aiengine.consensus"
    label = "aiengine_consensus"
    verbose_name = _("Consensus")
    default_auto_field = "django.db.models.BigAutoField"
    table_exports: ClassVar[dict[str, object]] = {  # tokens are counted here, and the hash is a question's
        "aiengine_consensus_verdictrecord": {},
        "aiengine_consensus_opinionrecord": {},
    }
    table_grants = {
        "aiengine_consensus_verdictrecord": "SELECT, INSERT",
        "aiengine_consensus_opinionrecord": "SELECT, INSERT",
    }
