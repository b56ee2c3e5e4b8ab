"""The invented centre of a simulation: its people, its closed days, and who is referred to it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, User
from carttrack.accounts.services import add_person, grant_membership, refresh_closed_days
from carttrack.simulation.fates import Fate
from journeys.patients.domain import IdentifierSystem
from journeys.patients.services import register_patient
from journeys.planning.models import Journey, ProtocolVersion
from journeys.planning.services import start_journey

SYSTEM = "system:simulate"
DOMAIN = "simulated.invalid"
# Whether somebody works at a centre is judged by the database's clock, not by the virtual one.
MEMBERS_SINCE = date(2020, 1, 1)
# The plan of a follow-up reaches sixteen years further than the last infusion.
YEARS_AHEAD = 17
# A country code that no country has.
NOWHERE = "+999"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffed:
    """The centre with its people; patients are theirs in turn."""

    centre: Centre
    coordinators: tuple[User, ...]
    clinicians: tuple[User, ...]

    @property
    def zone(self) -> ZoneInfo:
        """Return the centre's time zone."""
        return ZoneInfo(self.centre.time_zone)

    def at(self, day: date, clock: time) -> datetime:
        """Return the UTC instant of a wall time at the centre."""
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)


def open_centre(*, first_on: date, years: int) -> Staffed:
    """Make a centre with two coordinators and two clinicians, and the closed days it will need."""
    now = datetime.combine(first_on, time(0), tzinfo=UTC)
    centre = Centre.objects.create(
        code="simulated",
        name="Simulated Centre",
        short_name="Simulated",
        unit="Unit for cellular therapy",
        phone="+46 8 465 004 12",
        time_zone="Europe/Stockholm",
        country="SE",
        region="eu",
    )
    refresh_closed_days(
        centre=centre, years=range(first_on.year - 1, first_on.year + years + YEARS_AHEAD)
    )
    people = {
        role: tuple(_member(centre, role, number, now=now) for number in (1, 2))
        for role in (Role.COORDINATOR, Role.CLINICIAN)
    }
    return Staffed(
        centre=centre,
        coordinators=people[Role.COORDINATOR],
        clinicians=people[Role.CLINICIAN],
    )


def _member(centre: Centre, role: Role, number: int, *, now: datetime) -> User:
    user = add_person(
        email=f"{role}.{number}@{DOMAIN}",
        name=f"{role.capitalize()} {number}",
        by=SYSTEM,
        now=now,
    )
    grant_membership(user=user, centre=centre, role=role, from_on=MEMBERS_SINCE, by=SYSTEM, now=now)
    return user


def email_of(fate: Fate, *, number: int = 1) -> str:
    """Return a patient's address; the first may be given up for a second one."""
    return f"patient.{fate.number}.{number}@{DOMAIN}" if fate.contact.has_email else ""


def phone_of(fate: Fate, *, of_relative: bool = False) -> str:
    """Return a patient's number, or their relative's; neither rings anywhere."""
    return f"{NOWHERE}{fate.number:07}{2 if of_relative else 1}"


def refer(fate: Fate, staffed: Staffed, version: ProtocolVersion, *, now: datetime) -> Journey:
    """Register the patient and start the journey on the day of referral."""
    coordinator = staffed.coordinators[fate.number % len(staffed.coordinators)]
    patient = register_patient(
        given_name="Patient",
        family_name=f"Number {fate.number}",
        birth_on=fate.born_on,
        identifier_system=IdentifierSystem.HOSPITAL,
        identifier=f"SIM-{fate.number:05}",
        centre=staffed.centre,
        by=coordinator,
        today=fate.referred_on,
        now=now,
        language=fate.contact.language,
        email=email_of(fate),
        phone=phone_of(fate) if fate.contact.has_phone else "",
        travel_minutes=fate.travel_minutes,
        contact_name="Relative" if fate.contact.has_relative else "",
        contact_phone=phone_of(fate, of_relative=True) if fate.contact.has_relative else "",
    )
    return start_journey(
        patient=patient,
        version=version,
        centre=staffed.centre,
        coordinator=coordinator,
        clinician=staffed.clinicians[fate.number % len(staffed.clinicians)],
        referred_on=fate.referred_on,
        by=coordinator,
        today=fate.referred_on,
        now=now,
    )
