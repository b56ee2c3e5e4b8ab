"""The tables of planning, from protocols to plan revisions."""

from journeys.planning.models.activities import Activity, Appointment
from journeys.planning.models.bad_news import BadNews
from journeys.planning.models.gates import GateCheck
from journeys.planning.models.holds import Hold
from journeys.planning.models.journeys import Cycle, Journey, Stage
from journeys.planning.models.protocols import LabelRule, Product, Protocol, ProtocolVersion
from journeys.planning.models.revisions import PlanChange, PlanRevision

__all__ = [
    "Activity",
    "Appointment",
    "BadNews",
    "Cycle",
    "GateCheck",
    "Hold",
    "Journey",
    "LabelRule",
    "PlanChange",
    "PlanRevision",
    "Product",
    "Protocol",
    "ProtocolVersion",
    "Stage",
]
