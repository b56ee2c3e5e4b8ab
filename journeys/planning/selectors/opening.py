"""The journey that a page is about, for somebody who may see it: one prepared statement.

It comes with its patient, centre, people and protocol version, but without the version's document,
which is parsed already.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Case, IntegerField, Model, QuerySet, Subquery, UUIDField, Value, When

from carttrack.accounts.models import Centre, User, reader_key
from carttrack.prepared import READER, Asked, Param, Rows, prepared
from journeys.patients.models import Patient
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import Journey, Product, Protocol, ProtocolVersion

JOURNEY = Param("journey", UUIDField())
# Its key, for what is asked together with it.
JOURNEY_PK = Subquery(Journey.objects.filter(uid=JOURNEY).values("pk")[:1])
NOT_SHOWN = {"document", "search_names", "identifier_key", "password", "last_login"}


def _plain(model: type[Model]) -> tuple[str, ...]:
    """Return the columns of a model in its own order, which `from_db` relies on."""
    names = (field.attname for field in model._meta.concrete_fields)  # noqa: SLF001
    return tuple(name for name in names if name not in NOT_SHOWN)


# Each row by its path from the journey, the nearer ones first; a path ends with its own name.
PARTS: Mapping[str, tuple[type[Model], tuple[str, ...]]] = {
    "patient": (Patient, _plain(Patient)),
    "centre": (Centre, _plain(Centre)),
    "coordinator": (User, _plain(User)),
    "clinician": (User, _plain(User)),
    "protocol_version": (ProtocolVersion, _plain(ProtocolVersion)),
    "protocol_version__protocol": (Protocol, _plain(Protocol)),
    "protocol_version__protocol__product": (Product, _plain(Product)),
}
OWN = _plain(Journey)
COLUMNS = (*OWN, *(f"{path}__{name}" for path, (_model, names) in PARTS.items() for name in names))


def asked_for_journey(user: User, journey_uid: uuid.UUID) -> Asked:
    """Return the question for a journey whose patient the person may see."""
    return _visible().asked(reader=reader_key(user), journey=journey_uid)


def asked_for_own_journey(user: User) -> Asked:
    """Return the question for a patient's own journey: the one under way, or the latest one."""
    return _own().asked(reader=reader_key(user))


def journey_from(found: Rows) -> Journey | None:
    """Return the journey that the answer holds; None when there is none that they may see."""
    return _journey(found[0]) if found else None


@prepared
def _visible() -> "QuerySet[Journey, Any]":
    return Journey.objects.visible_to(READER).filter(uid=JOURNEY).values_list(*COLUMNS)


@prepared
def _own() -> "QuerySet[Journey, Any]":
    is_over = Case(
        When(status=JourneyStatus.ACTIVE, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    own = Journey.objects.visible_to(READER).filter(patient__user=READER)
    return own.order_by(is_over, "-started_on", "-pk").values_list(*COLUMNS)[:1]


def _journey(row: tuple[Any, ...]) -> Journey:
    journey = Journey.from_db("default", OWN, row[: len(OWN)])
    parts: dict[str, Any] = {"": journey}
    start = len(OWN)
    for path, (model, names) in PARTS.items():
        values = row[start : start + len(names)]
        start += len(names)
        parts[path] = model.from_db("default", names, values) if values[0] is not None else None
        above, _, name = path.rpartition("__")
        setattr(parts[above], name, parts[path])
    return journey
