"""Contains all the data models used in inputs/outputs"""

from .attempt import Attempt
from .audit_record import AuditRecord
from .audit_record_after_type_0 import AuditRecordAfterType0
from .audit_record_before_type_0 import AuditRecordBeforeType0
from .balance import Balance
from .blank_enum import BlankEnum
from .connection import Connection
from .credits_ import Credits
from .credits_retrieve_currency import CreditsRetrieveCurrency
from .currency_enum import CurrencyEnum
from .delivery import Delivery
from .endpoint import Endpoint
from .event_type import EventType
from .event_type_schema import EventTypeSchema
from .key import Key
from .kind_enum import KindEnum
from .made_endpoint import MadeEndpoint
from .my_credits import MyCredits
from .new_connection import NewConnection
from .new_endpoint import NewEndpoint
from .new_secret import NewSecret
from .off_cause_enum import OffCauseEnum
from .own_portfolio import OwnPortfolio
from .paginated_audit_record_list import PaginatedAuditRecordList
from .paginated_connection_list import PaginatedConnectionList
from .paginated_delivery_list import PaginatedDeliveryList
from .paginated_endpoint_list import PaginatedEndpointList
from .paginated_own_portfolio_list import PaginatedOwnPortfolioList
from .patched_change_endpoint import PatchedChangeEndpoint
from .patched_label import PatchedLabel
from .ping import Ping
from .position import Position
from .problem import Problem
from .problem_facts import ProblemFacts
from .replay import Replay
from .replayed import Replayed
from .rights import Rights
from .rotate import Rotate
from .state_enum import StateEnum
from .status_enum import StatusEnum
from .top_up import TopUp
from .topped_up import ToppedUp
from .venue_enum import VenueEnum
from .warned_enum import WarnedEnum
from .webhooks_deliveries_list_state import WebhooksDeliveriesListState
from .whole_delivery import WholeDelivery
from .whole_portfolio import WholePortfolio

__all__ = (
    "Attempt",
    "AuditRecord",
    "AuditRecordAfterType0",
    "AuditRecordBeforeType0",
    "Balance",
    "BlankEnum",
    "Connection",
    "Credits",
    "CreditsRetrieveCurrency",
    "CurrencyEnum",
    "Delivery",
    "Endpoint",
    "EventType",
    "EventTypeSchema",
    "Key",
    "KindEnum",
    "MadeEndpoint",
    "MyCredits",
    "NewConnection",
    "NewEndpoint",
    "NewSecret",
    "OffCauseEnum",
    "OwnPortfolio",
    "PaginatedAuditRecordList",
    "PaginatedConnectionList",
    "PaginatedDeliveryList",
    "PaginatedEndpointList",
    "PaginatedOwnPortfolioList",
    "PatchedChangeEndpoint",
    "PatchedLabel",
    "Ping",
    "Position",
    "Problem",
    "ProblemFacts",
    "Replay",
    "Replayed",
    "Rights",
    "Rotate",
    "StateEnum",
    "StatusEnum",
    "TopUp",
    "ToppedUp",
    "VenueEnum",
    "WarnedEnum",
    "WebhooksDeliveriesListState",
    "WholeDelivery",
    "WholePortfolio",
)
