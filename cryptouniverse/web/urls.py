"""Addresses of the desk and of the team's page, in every tenant."""

from django.urls import path

from cryptouniverse.web import team, trade, views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("desk/panels/", views.panels, name="desk-panels"),
    path("desk/stop/", views.stop, name="desk-stop"),
    path("desk/rearm/", views.rearm, name="desk-rearm"),
    path("desk/bots/<uuid:bot_id>/stop/", views.stop_bot, name="desk-bot-stop"),
    path("desk/bots/<uuid:bot_id>/rearm/", views.rearm_bot, name="desk-bot-rearm"),
    path("desk/positions/<uuid:position_id>/close/", views.close_position, name="desk-position-close"),
    path("desk/bots/<uuid:bot_id>/live/", views.bot_live, name="desk-bot-live"),
    path("desk/bots/<uuid:bot_id>/live/end/", views.end_bot_live, name="desk-bot-live-end"),
    path("desk/connections/<uuid:connection_id>/explain/", views.explain, name="desk-explain"),
    path("desk/top-ups/", views.topup, name="desk-topup"),
    path("trade/", trade.trade, name="trade"),
    path("trade/preview/", trade.preview, name="trade-preview"),
    path("trade/place/", trade.place, name="trade-place"),
    path("trade/cancel-all/", trade.cancel_all, name="trade-cancel-all"),
    path("trade/history.csv", trade.history, name="trade-history"),
    path("trade/orders/<uuid:order_id>/cancel/", trade.cancel, name="trade-cancel"),
    path("settings/team/", team.team, name="team"),
    path("settings/team/panels/", team.no_panels, name="team-panels"),
    path("settings/team/create/", team.create, name="team-create"),
    path("settings/team/portfolios/", team.open_portfolio, name="team-portfolio"),
    path("settings/team/transfers/", team.transfer, name="team-transfer"),
    path("settings/team/delegations/", team.delegate, name="team-delegate"),
    path("settings/team/delegations/<uuid:delegation_id>/accept/", team.accept_delegation, name="delegation-accept"),
    path("settings/team/delegations/<uuid:delegation_id>/end/", team.end_delegation, name="delegation-end"),
    path("settings/team/invitations/<uuid:invitation_id>/accept/", team.accept_invitation, name="invitation-accept"),
    path("settings/team/invitations/<uuid:invitation_id>/decline/", team.decline_invitation, name="invitation-decline"),
    path("settings/team/shares/<uuid:share_id>/end/", team.unshare, name="team-unshare"),
    path("settings/team/<uuid:team_id>/invite/", team.invite, name="team-invite"),
    path("settings/team/<uuid:team_id>/share/", team.share, name="team-share"),
    path("settings/team/<uuid:team_id>/end/", team.end, name="team-end"),
    path("settings/team/<uuid:team_id>/members/<uuid:member_id>/role/", team.change_role, name="team-role"),
    path("settings/team/<uuid:team_id>/members/<uuid:member_id>/end/", team.leave, name="team-leave"),
]
