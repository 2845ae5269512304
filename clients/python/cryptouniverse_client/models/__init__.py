"""Contains all the data models used in inputs/outputs"""

from .access_enum import AccessEnum
from .action_enum import ActionEnum
from .api_key import ApiKey
from .api_key_status import ApiKeyStatus
from .attempt import Attempt
from .audit_record import AuditRecord
from .audit_record_after_type_0 import AuditRecordAfterType0
from .audit_record_before_type_0 import AuditRecordBeforeType0
from .balance import Balance
from .blank_enum import BlankEnum
from .bot import Bot
from .bot_parameters import BotParameters
from .bot_status_enum import BotStatusEnum
from .bots_list_status import BotsListStatus
from .brand import Brand
from .candles import Candles
from .capability import Capability
from .confirm import Confirm
from .confirm_method import ConfirmMethod
from .confirmed import Confirmed
from .connection import Connection
from .connection_kind import ConnectionKind
from .connection_status_enum import ConnectionStatusEnum
from .credits_ import Credits
from .credits_entries_list_currency import CreditsEntriesListCurrency
from .credits_lots_list_currency import CreditsLotsListCurrency
from .credits_profits_list_currency import CreditsProfitsListCurrency
from .credits_retrieve_currency import CreditsRetrieveCurrency
from .currency_enum import CurrencyEnum
from .decision import Decision
from .default_role_enum import DefaultRoleEnum
from .delegation import Delegation
from .delivery import Delivery
from .directory_token import DirectoryToken
from .domain import Domain
from .domain_list import DomainList
from .domain_state_enum import DomainStateEnum
from .ended import Ended
from .endpoint import Endpoint
from .entry import Entry
from .equity_curve import EquityCurve
from .event_type import EventType
from .event_type_schema import EventTypeSchema
from .export import Export
from .factor import Factor
from .factor_method import FactorMethod
from .factors import Factors
from .feed import Feed
from .fill import Fill
from .form_enum import FormEnum
from .given import Given
from .grant import Grant
from .health import Health
from .instrument import Instrument
from .invitation import Invitation
from .invite import Invite
from .issued_token import IssuedToken
from .key import Key
from .legal_text import LegalText
from .listed_portfolio import ListedPortfolio
from .lot import Lot
from .made_endpoint import MadeEndpoint
from .market_candles_retrieve_timeframe import MarketCandlesRetrieveTimeframe
from .market_instruments_list_source import MarketInstrumentsListSource
from .me import Me
from .member import Member
from .metered_profit import MeteredProfit
from .method import Method
from .my_credits import MyCredits
from .new_bot import NewBot
from .new_bot_parameters import NewBotParameters
from .new_connection import NewConnection
from .new_delegation import NewDelegation
from .new_directory_token import NewDirectoryToken
from .new_domain import NewDomain
from .new_endpoint import NewEndpoint
from .new_key import NewKey
from .new_legal_text import NewLegalText
from .new_person import NewPerson
from .new_portfolio import NewPortfolio
from .new_secret import NewSecret
from .new_share import NewShare
from .new_transfer import NewTransfer
from .off_cause_enum import OffCauseEnum
from .one_portfolio import OnePortfolio
from .opinion import Opinion
from .opinion_kind_enum import OpinionKindEnum
from .opportunities_list_side import OpportunitiesListSide
from .opportunity import Opportunity
from .order import Order
from .order_state_enum import OrderStateEnum
from .otherwise import Otherwise
from .outbox import Outbox
from .outcome_enum import OutcomeEnum
from .paginated_api_key_list import PaginatedApiKeyList
from .paginated_audit_record_list import PaginatedAuditRecordList
from .paginated_bot_list import PaginatedBotList
from .paginated_connection_list import PaginatedConnectionList
from .paginated_decision_list import PaginatedDecisionList
from .paginated_delegation_list import PaginatedDelegationList
from .paginated_delivery_list import PaginatedDeliveryList
from .paginated_directory_token_list import PaginatedDirectoryTokenList
from .paginated_endpoint_list import PaginatedEndpointList
from .paginated_entry_list import PaginatedEntryList
from .paginated_fill_list import PaginatedFillList
from .paginated_grant_list import PaginatedGrantList
from .paginated_instrument_list import PaginatedInstrumentList
from .paginated_invitation_list import PaginatedInvitationList
from .paginated_listed_portfolio_list import PaginatedListedPortfolioList
from .paginated_lot_list import PaginatedLotList
from .paginated_metered_profit_list import PaginatedMeteredProfitList
from .paginated_order_list import PaginatedOrderList
from .paginated_person_list import PaginatedPersonList
from .paginated_position_list import PaginatedPositionList
from .paginated_region_rule_list import PaginatedRegionRuleList
from .paginated_share_list import PaginatedShareList
from .paginated_signal_list import PaginatedSignalList
from .paginated_team_list import PaginatedTeamList
from .paginated_transfer_list import PaginatedTransferList
from .paginated_verdict_list import PaginatedVerdictList
from .parameter import Parameter
from .parameter_kind_enum import ParameterKindEnum
from .patched_bot_terms import PatchedBotTerms
from .patched_bot_terms_parameters import PatchedBotTermsParameters
from .patched_brand_change import PatchedBrandChange
from .patched_change_endpoint import PatchedChangeEndpoint
from .patched_label import PatchedLabel
from .patched_limits import PatchedLimits
from .patched_name import PatchedName
from .patched_person_changes import PatchedPersonChanges
from .patched_place import PatchedPlace
from .patched_team_name import PatchedTeamName
from .permissions_enum import PermissionsEnum
from .person import Person
from .ping import Ping
from .portfolios_decisions_list_outcome import PortfoliosDecisionsListOutcome
from .portfolios_fills_list_side import PortfoliosFillsListSide
from .portfolios_list_kind import PortfoliosListKind
from .portfolios_orders_list_purpose import PortfoliosOrdersListPurpose
from .portfolios_orders_list_state import PortfoliosOrdersListState
from .position import Position
from .price import Price
from .problem import Problem
from .problem_facts import ProblemFacts
from .proof_enum import ProofEnum
from .purpose_enum import PurposeEnum
from .queue import Queue
from .quota import Quota
from .quotas import Quotas
from .reason import Reason
from .record import Record
from .refresh_token import RefreshToken
from .region_policy import RegionPolicy
from .region_rule import RegionRule
from .region_rule_kind import RegionRuleKind
from .region_verdict import RegionVerdict
from .replay import Replay
from .replayed import Replayed
from .rights import Rights
from .role import Role
from .rotate import Rotate
from .rotation import Rotation
from .rule import Rule
from .rules import Rules
from .scopes_enum import ScopesEnum
from .sent import Sent
from .sent_method import SentMethod
from .session import Session
from .sessions import Sessions
from .share import Share
from .shared import Shared
from .shown_key import ShownKey
from .side_enum import SideEnum
from .sign_in import SignIn
from .sign_up_switch import SignUpSwitch
from .signal import Signal
from .signals_list_action import SignalsListAction
from .signals_list_timeframe import SignalsListTimeframe
from .source_enum import SourceEnum
from .standing_limits import StandingLimits
from .state_72b_enum import State72BEnum
from .strategies import Strategies
from .strategy import Strategy
from .strategy_enum import StrategyEnum
from .support_terms import SupportTerms
from .switch import Switch
from .team import Team
from .team_name import TeamName
from .team_role import TeamRole
from .tenant_branding_legal_create_kind import TenantBrandingLegalCreateKind
from .tenant_branding_legal_retrieve_kind import TenantBrandingLegalRetrieveKind
from .timeframe_enum import TimeframeEnum
from .token_code_kind import TokenCodeKind
from .token_pair import TokenPair
from .top_up import TopUp
from .topped_up import ToppedUp
from .transfer import Transfer
from .users_list_role import UsersListRole
from .venue import Venue
from .venue_enum import VenueEnum
from .venues import Venues
from .verdict import Verdict
from .vote_enum import VoteEnum
from .warned_enum import WarnedEnum
from .webhooks_deliveries_list_state import WebhooksDeliveriesListState
from .whole_delivery import WholeDelivery
from .whole_portfolio import WholePortfolio
from .why import Why
from .workers import Workers

__all__ = (
    "AccessEnum",
    "ActionEnum",
    "ApiKey",
    "ApiKeyStatus",
    "Attempt",
    "AuditRecord",
    "AuditRecordAfterType0",
    "AuditRecordBeforeType0",
    "Balance",
    "BlankEnum",
    "Bot",
    "BotParameters",
    "BotStatusEnum",
    "BotsListStatus",
    "Brand",
    "Candles",
    "Capability",
    "Confirm",
    "ConfirmMethod",
    "Confirmed",
    "Connection",
    "ConnectionKind",
    "ConnectionStatusEnum",
    "Credits",
    "CreditsEntriesListCurrency",
    "CreditsLotsListCurrency",
    "CreditsProfitsListCurrency",
    "CreditsRetrieveCurrency",
    "CurrencyEnum",
    "Decision",
    "DefaultRoleEnum",
    "Delegation",
    "Delivery",
    "DirectoryToken",
    "Domain",
    "DomainList",
    "DomainStateEnum",
    "Ended",
    "Endpoint",
    "Entry",
    "EquityCurve",
    "EventType",
    "EventTypeSchema",
    "Export",
    "Factor",
    "FactorMethod",
    "Factors",
    "Feed",
    "Fill",
    "FormEnum",
    "Given",
    "Grant",
    "Health",
    "Instrument",
    "Invitation",
    "Invite",
    "IssuedToken",
    "Key",
    "LegalText",
    "ListedPortfolio",
    "Lot",
    "MadeEndpoint",
    "MarketCandlesRetrieveTimeframe",
    "MarketInstrumentsListSource",
    "Me",
    "Member",
    "MeteredProfit",
    "Method",
    "MyCredits",
    "NewBot",
    "NewBotParameters",
    "NewConnection",
    "NewDelegation",
    "NewDirectoryToken",
    "NewDomain",
    "NewEndpoint",
    "NewKey",
    "NewLegalText",
    "NewPerson",
    "NewPortfolio",
    "NewSecret",
    "NewShare",
    "NewTransfer",
    "OffCauseEnum",
    "OnePortfolio",
    "Opinion",
    "OpinionKindEnum",
    "OpportunitiesListSide",
    "Opportunity",
    "Order",
    "OrderStateEnum",
    "Otherwise",
    "Outbox",
    "OutcomeEnum",
    "PaginatedApiKeyList",
    "PaginatedAuditRecordList",
    "PaginatedBotList",
    "PaginatedConnectionList",
    "PaginatedDecisionList",
    "PaginatedDelegationList",
    "PaginatedDeliveryList",
    "PaginatedDirectoryTokenList",
    "PaginatedEndpointList",
    "PaginatedEntryList",
    "PaginatedFillList",
    "PaginatedGrantList",
    "PaginatedInstrumentList",
    "PaginatedInvitationList",
    "PaginatedListedPortfolioList",
    "PaginatedLotList",
    "PaginatedMeteredProfitList",
    "PaginatedOrderList",
    "PaginatedPersonList",
    "PaginatedPositionList",
    "PaginatedRegionRuleList",
    "PaginatedShareList",
    "PaginatedSignalList",
    "PaginatedTeamList",
    "PaginatedTransferList",
    "PaginatedVerdictList",
    "Parameter",
    "ParameterKindEnum",
    "PatchedBotTerms",
    "PatchedBotTermsParameters",
    "PatchedBrandChange",
    "PatchedChangeEndpoint",
    "PatchedLabel",
    "PatchedLimits",
    "PatchedName",
    "PatchedPersonChanges",
    "PatchedPlace",
    "PatchedTeamName",
    "PermissionsEnum",
    "Person",
    "Ping",
    "PortfoliosDecisionsListOutcome",
    "PortfoliosFillsListSide",
    "PortfoliosListKind",
    "PortfoliosOrdersListPurpose",
    "PortfoliosOrdersListState",
    "Position",
    "Price",
    "Problem",
    "ProblemFacts",
    "ProofEnum",
    "PurposeEnum",
    "Queue",
    "Quota",
    "Quotas",
    "Reason",
    "Record",
    "RefreshToken",
    "RegionPolicy",
    "RegionRule",
    "RegionRuleKind",
    "RegionVerdict",
    "Replay",
    "Replayed",
    "Rights",
    "Role",
    "Rotate",
    "Rotation",
    "Rule",
    "Rules",
    "ScopesEnum",
    "Sent",
    "SentMethod",
    "Session",
    "Sessions",
    "Share",
    "Shared",
    "ShownKey",
    "SideEnum",
    "SignIn",
    "SignUpSwitch",
    "Signal",
    "SignalsListAction",
    "SignalsListTimeframe",
    "SourceEnum",
    "StandingLimits",
    "State72BEnum",
    "Strategies",
    "Strategy",
    "StrategyEnum",
    "SupportTerms",
    "Switch",
    "Team",
    "TeamName",
    "TeamRole",
    "TenantBrandingLegalCreateKind",
    "TenantBrandingLegalRetrieveKind",
    "TimeframeEnum",
    "TokenCodeKind",
    "TokenPair",
    "TopUp",
    "ToppedUp",
    "Transfer",
    "UsersListRole",
    "Venue",
    "VenueEnum",
    "Venues",
    "Verdict",
    "VoteEnum",
    "WarnedEnum",
    "WebhooksDeliveriesListState",
    "WholeDelivery",
    "WholePortfolio",
    "Why",
    "Workers",
)
