"""What each scope means, in words for people."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

SCOPE_WORDS: Final = {  # in the order in which they are offered
    "trading:read": (_("See trading"), _("See orders, bots, signals and connections.")),
    "trading:write": (_("Set up trading"), _("Add and change bots and connections.")),
    "trading:delete": (_("Delete in trading"), _("Delete bots and connections.")),
    "trading:execute": (_("Trade"), _("Start, stop and trade. Money cannot be withdrawn, by any key.")),
    "portfolio:read": (_("See portfolios"), _("See values, positions, results and credits.")),
    "portfolio:write": (_("Change portfolios"), _("Change limits and settings of portfolios, and buy credits.")),
    "portfolio:delete": (_("Delete portfolios"), _("Close and delete portfolios.")),
    "portfolio:execute": (_("Act on portfolios"), _("Start actions on portfolios.")),
    "users:read": (_("See people"), _("See who belongs to your organisation.")),
    "users:write": (_("Change people"), _("Invite people and change their roles.")),
    "users:delete": (_("Remove people"), _("Remove people from your organisation.")),
    "users:execute": (_("Act on people"), _("Start actions on people, such as ending their sessions.")),
    "system:read": (_("See the system"), _("See the audit, region rules and health.")),
    "system:write": (_("Change the system"), _("Change region rules and other settings.")),
    "system:delete": (_("Delete in the system"), _("Delete region rules and other settings.")),
    "system:execute": (_("Run the system"), _("Start maintenance.")),
    "admin:read": (_("See administration"), _("See what administrators see of your organisation.")),
    "admin:write": (_("Change administration"), _("Change your organisation's settings.")),
    "admin:delete": (_("Delete in administration"), _("Delete things that administrators look after.")),
    "admin:execute": (_("Run administration"), _("Start actions that administrators start.")),
}
