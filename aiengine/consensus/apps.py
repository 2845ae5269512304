"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AiengineConsensus(AppConfig):
    """Consensus."""

    name = "aiengine.consensus"
    label = "aiengine_consensus"
    verbose_name = _("Consensus")
    default_auto_field = "django.db.models.BigAutoField"
    table_grants = {
        "aiengine_consensus_verdictrecord": "SELECT, INSERT",
        "aiengine_consensus_opinionrecord": "SELECT, INSERT",
    }
