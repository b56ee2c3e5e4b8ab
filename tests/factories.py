"""People, centres, patients and journeys for the tests.

Single journeys go through the real service; hundreds of them are written at once and stand for a
busy centre where only their number matters.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, User
from journeys.patients.domain import CareRole
from journeys.patients.models import CareRelation, Patient
from journeys.planning.documents import (
    protocol_paths,
    read_products_file,
    read_protocol_file,
    read_rulesets,
)
from journeys.planning.domain.states import ActivityState, StageState
from journeys.planning.models import Activity, Cycle, Journey, ProtocolVersion, Stage
from journeys.planning.services import (
    check_gate_item,
    open_gate_items,
    publish_label_rules,
    publish_product,
    publish_protocol,
    start_journey,
)
from journeys.planning.workspace import load, protocol_of
from tests.accounts.factories import CentreFactory, MembershipFactory, UserFactory
from tests.patients.factories import CareRelationFactory, PatientFactory

__all__ = [
    "CareRelationFactory",
    "CentreFactory",
    "MembershipFactory",
    "PatientFactory",
    "UserFactory",
    "activity_of",
    "centre_day",
    "centre_now",
    "journey_at",
    "many_journeys",
    "meet_gates",
    "patient_at",
    "published",
    "staff",
]

LONG_AGO = date(2020, 1, 1)
STANDARD = "car-t-standard"


def centre_now(centre: Centre) -> datetime:
    """Return noon of today at the centre, so that no test depends on the hour it runs at."""
    local = datetime.now(tz=UTC).astimezone(ZoneInfo(centre.time_zone))
    return local.replace(hour=12, minute=0, second=0, microsecond=0).astimezone(UTC)


def centre_day(centre: Centre) -> date:
    """Return today's date at the centre."""
    return datetime.now(tz=UTC).astimezone(ZoneInfo(centre.time_zone)).date()


def patient_at(centre: Centre, **fields: Any) -> Patient:
    """Create a patient whom a centre cares for."""
    return CareRelationFactory(centre=centre, patient=PatientFactory(**fields)).patient


def staff(centre: Centre, role: Role = Role.COORDINATOR, **fields: Any) -> User:
    """Create a person who works in a role at a centre."""
    return MembershipFactory(centre=centre, role=role, user=UserFactory(**fields)).user


def published(code: str = STANDARD) -> ProtocolVersion:
    """Return the newest version of a shipped protocol, published first where it is not."""
    newest = ProtocolVersion.objects.filter(protocol__code=code).order_by("-number")
    if not newest.exists():
        publish_shipped(code)
    return newest.select_related("protocol")[0]


def publish_shipped(code: str) -> None:
    """Publish one shipped protocol with its product and label rules."""
    products, rulesets, protocols = shipped_files()
    protocol, document = protocols[code]
    for product in products:
        if product.code == protocol.product:
            publish_product(code=product.code, name=product.name, target=product.target)
    for ruleset in rulesets:
        if ruleset.product == protocol.product:
            rules = [rule for values in ruleset.rules.values() for rule in values]
            publish_label_rules(product_code=ruleset.product, region=ruleset.region, rules=rules)
    publish_protocol(protocol=protocol, document=document, now=timezone.now())


@cache
def shipped_files() -> tuple[Any, ...]:
    """Return the shipped products, label rules and protocols by code, read once for all tests."""
    rulesets = read_rulesets(settings.RULESETS_DIR)
    protocols = {
        path.stem: read_protocol_file(path, rulesets=rulesets)
        for path in protocol_paths(settings.PROTOCOLS_DIR)
    }
    return read_products_file(settings.FIXTURES_DIR / "products.yaml"), rulesets, protocols


def journey_at(
    centre: Centre,
    *,
    patient: Patient | None = None,
    coordinator: User | None = None,
    clinician: User | None = None,
    days_ago: int = 0,
    protocol: str = STANDARD,
) -> Journey:
    """Start a journey through the real service, referred `days_ago` and planned on that day."""
    now = centre_now(centre) - timedelta(days=days_ago)
    referred_on = centre_day(centre) - timedelta(days=days_ago)
    coordinator = coordinator or staff(centre)
    return start_journey(
        patient=patient or patient_at(centre),
        version=published(protocol),
        centre=centre,
        coordinator=coordinator,
        clinician=clinician or staff(centre, Role.CLINICIAN),
        referred_on=referred_on,
        by=coordinator,
        today=referred_on,
        now=now,
    )


def activity_of(journey: Journey, code: str, occurrence: int = 1) -> Activity:
    """Return one activity of a journey."""
    return Activity.objects.select_related("journey").get(
        journey=journey, code=code, occurrence=occurrence
    )


def meet_gates(activity: Activity, *, by: User, now: datetime) -> None:
    """Check what must be in place before an activity is recorded."""
    space = load(activity.journey.uid, for_update=False)
    for item in open_gate_items(space, space.activities[activity.point]):
        check_gate_item(
            journey_uid=activity.journey.uid,
            stage=item.stage,
            item=item.code,
            evidence="Form in the file",
            by=by,
            now=now,
        )


def many_journeys(
    centre: Centre, *, number: int, coordinator: User, clinician: User, today: date
) -> Sequence[Journey]:
    """Write many journeys at once: some overdue, some today, some this week, some that do not fit.

    They skip the services on purpose, and so have no revisions, history or reminders.
    """
    version = published()
    patients = Patient.objects.bulk_create(PatientFactory.build_batch(number))
    CareRelation.objects.bulk_create(
        CareRelation(patient=patient, centre=centre, role=CareRole.TREATING, from_on=LONG_AGO)
        for patient in patients
    )
    journeys = Journey.objects.bulk_create(
        Journey(
            patient=patient,
            protocol_version=version,
            region=centre.region,
            centre=centre,
            coordinator=coordinator,
            clinician=clinician,
            started_on=today - timedelta(days=60),
        )
        for patient in patients
    )
    cycles = Cycle.objects.bulk_create(
        Cycle(
            journey=journey,
            protocol_version=version,
            number=1,
            chain_of_identity=f"COI-{uuid.uuid4().hex[:10].upper()}",
            started_on=journey.started_on,
        )
        for journey in journeys
    )
    stages = Stage.objects.bulk_create(
        Stage(cycle=cycle, code=stage.code, position=position, state=StageState.PLANNED)
        for cycle in cycles
        for position, stage in enumerate(protocol_of(version).stages, start=1)
    )
    first = {stage.cycle_id: stage for stage in stages if stage.position == 1}
    Activity.objects.bulk_create(
        Activity(
            journey=cycle.journey,
            cycle=cycle,
            stage=first[cycle.pk],
            centre=centre,
            code=code,
            kind=kind,
            state=ActivityState.PLANNED,
            target_on=today + timedelta(days=day + index % 3),
            opens_on=today + timedelta(days=day - 3),
            closes_on=today + timedelta(days=day + 3),
            chosen_on=today + timedelta(days=day + index % 3),
        )
        for index, cycle in enumerate(cycles)
        for code, kind, day in (
            ("eligibility", "decision", -9 if index % 2 else 0),
            ("leukapheresis", "procedure", 1),
        )
    )
    return journeys
