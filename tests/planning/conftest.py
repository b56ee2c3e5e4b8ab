"""A small treatment centre with one referred patient, made by the real services."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, Membership, User
from journeys.patients.models import Patient
from journeys.patients.services import register_patient
from journeys.planning.models import Activity, Journey, ProtocolVersion
from journeys.planning.services import (
    book,
    publish_label_rules,
    publish_product,
    publish_protocol,
    record_happened,
    start_journey,
)
from tests.factories import meet_gates, published, shipped_files

REFERRED_ON = date(2026, 1, 7)
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=STOCKHOLM).astimezone(UTC)


@pytest.fixture(scope="session")
def protocol_files() -> Any:
    """Return the shipped products, label rules and protocols."""
    products, rulesets, protocols = shipped_files()
    return products, rulesets, list(protocols.values())


@pytest.fixture
def versions(db: None, protocol_files: Any) -> dict[str, ProtocolVersion]:
    """Publish every shipped protocol and label rule."""
    products, rulesets, protocols = protocol_files
    for product in products:
        publish_product(code=product.code, name=product.name, target=product.target)
    for ruleset in rulesets:
        rules = [rule for values in ruleset.rules.values() for rule in values]
        publish_label_rules(product_code=ruleset.product, region=ruleset.region, rules=rules)
    published = [
        publish_protocol(protocol=protocol, document=document, now=at(REFERRED_ON))
        for protocol, document in protocols
    ]
    return {version.protocol.code: version for version, _ in published}


@dataclass
class Team:
    """A centre and its people, and one journey that moves through the tests."""

    centre: Centre
    coordinator: User
    clinician: User

    def refer(
        self, code: str = "car-t-standard", on: date = REFERRED_ON, number: int = 1
    ) -> Journey:
        patient = register_patient(
            given_name="Test",
            family_name=f"Person {number}",
            birth_on=date(1960, 5, 17),
            identifier_system="test",
            identifier=f"T-{number:04}",
            centre=self.centre,
            by=self.coordinator,
            today=on,
            now=at(on),
            email=f"person{number}@example.org",
        )
        return self.start(patient, code, on)

    def start(self, patient: Patient, code: str, on: date, **changes: Any) -> Journey:
        arguments = {
            "patient": patient,
            "version": published(code),
            "centre": self.centre,
            "coordinator": self.coordinator,
            "clinician": self.clinician,
            "referred_on": on,
            "by": self.coordinator,
            "today": on,
            "now": at(on),
        }
        return start_journey(**(arguments | changes))

    def record(self, activity: Activity, on: date | None = None, **changes: Any) -> None:
        """Record an activity on its chosen day, unless the test says otherwise."""
        activity.refresh_from_db()
        day = on or activity.chosen_on
        assert day is not None
        arguments = {
            "activity_uid": activity.uid,
            "on": day,
            "by": self.clinician,
            "today": day,
            "now": at(day, 16),
        }
        meet_gates(activity, by=self.clinician, now=at(day))
        record_happened(**(arguments | changes))

    def book(self, activity: Activity, on: date, *, today: date, hour: int = 9) -> None:
        book(
            activity_uid=activity.uid,
            starts_at=at(on, hour),
            minutes=60,
            place="Room 4",
            by=self.coordinator,
            today=today,
            now=at(today, 8),
        )

    def carry_to(self, journey: Journey, code: str) -> date:
        """Record everything up to and including `code`, each on its day; return the last day."""
        needed = [
            "eligibility",
            "leukapheresis",
            "product_received",
            "lymphodepletion",
            "infusion",
            "discharge",
            "return_visit",
        ]
        for step in needed[: needed.index(code) + 1]:
            for activity in journey.activities.filter(code=step).order_by("occurrence"):
                self.record(activity)
        last = journey.activities.filter(code=code).order_by("-occurrence")[:1].get()
        assert last.happened_on is not None
        return last.happened_on


@pytest.fixture
def team(db: None) -> Team:
    centre = Centre.objects.create(
        code="test-centre",
        name="Test Hospital",
        short_name="Test",
        phone="+46 8 465 004 12",
        time_zone="Europe/Stockholm",
        country="SE",
        region="eu",
    )
    people = {}
    for role in (Role.COORDINATOR, Role.CLINICIAN):
        people[role] = User.objects.create_user(f"{role}@example.org", name=role.title())
        Membership.objects.create(
            user=people[role], centre=centre, role=role, from_on=date(2020, 1, 1)
        )
    return Team(centre, people[Role.COORDINATOR], people[Role.CLINICIAN])


@pytest.fixture
def journey(team: Team) -> Journey:
    return team.refer()


def activity_of(journey: Journey, code: str, occurrence: int = 1) -> Activity:
    return journey.activities.get(code=code, occurrence=occurrence)


@pytest.fixture
def today(team: Team, journey: Journey) -> date:
    """Return a day in the waiting month, the infusion booked."""
    today = team.carry_to(journey, "leukapheresis") + timedelta(days=3)
    infusion = activity_of(journey, "infusion")
    assert infusion.chosen_on is not None
    team.book(infusion, infusion.chosen_on, today=today)
    return today


@pytest.fixture
def followed(team: Team, journey: Journey) -> date:
    """Return the day of an infusion; follow-up is planned."""
    return team.carry_to(journey, "infusion")
