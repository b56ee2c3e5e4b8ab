"""The demonstration's virtual clock: every day from the first referral to today."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, User
from carttrack.accounts.services import add_person, grant_membership, refresh_closed_days
from carttrack.demo.cohort import DemoCentre, DemoPatient, read_centres, read_cohort
from carttrack.demo.desks import clear_desks
from carttrack.demo.life import Life
from carttrack.demo.story import afternoon, morning
from journeys.patients.domain import IdentifierSystem
from journeys.patients.services import register_patient
from journeys.planning.models import ProtocolVersion
from journeys.planning.services import start_journey
from notifications.domain.states import State
from notifications.models import Reminder
from notifications.services import sweep

MORNING, AFTERNOON = time(8), time(16)
YEARS_OF_CLOSED_DAYS = range(-4, 17)
MEMBERS_SINCE = timedelta(days=5 * 365)
NEW_FOR = timedelta(days=2)  # so long what came lies unread


def load_cohort(*, folder: Path, now: datetime) -> int:
    """Make the centres, then live through every patient's days; return how many patients.

    Everything goes through the real services with the virtual time as `now`, so that history,
    revisions and reminders are genuine. `now` is the real time at which the demonstration starts.
    """
    people = read_cohort(folder)
    centres = {
        entry.details["code"]: _make_centre(entry, now=now) for entry in read_centres(folder)
    }
    lives: list[Life] = []
    day = now.date() - timedelta(days=max(person.referred for person in people))
    while day <= now.date():
        lives += [
            _refer(person, centres[person.centre], day=day)
            for person in people
            if day == now.date() - timedelta(days=person.referred)
        ]
        _live(lives, day=day, now=now)
        day += timedelta(days=1)
    return len(lives)


def _live(lives: list[Life], *, day: date, now: datetime) -> None:
    """Let one day pass: the morning's work, what is due by then, the afternoon's records."""
    busy = [life for life in lives if life.next_on and life.next_on <= day]
    for life in busy:
        if (at := life.at(day, MORNING)) <= now:
            morning(life, day=day, now=at)
    noon = min(datetime.combine(day, time(12), tzinfo=UTC), now)
    if _send(noon) and day < now.date() - NEW_FOR:
        clear_desks(now=noon + timedelta(hours=1))
    if day < now.date():  # what today brings is left to whoever looks at the demonstration
        for life in busy:
            afternoon(life, day=day, now=life.at(day, AFTERNOON))


def _send(at: datetime) -> bool:
    """Send what is due, and tell whether anything was."""
    is_due = Reminder.objects.filter(state=State.PENDING, due_at__lte=at).exists()
    if is_due:
        sweep(now=at, worker="demo")
    return is_due


def _make_centre(entry: DemoCentre, *, now: datetime) -> Centre:
    centre = Centre.objects.create(**entry.details)
    refresh_closed_days(centre=centre, years=[now.year + years for years in YEARS_OF_CLOSED_DAYS])
    for person in entry.staff:
        grant_membership(
            user=add_person(email=person.email, name=person.name, by="system:demo", now=now),
            centre=centre,
            role=Role(person.role),
            from_on=now.date() - MEMBERS_SINCE,
            by="system:demo",
            now=now,
        )
    return centre


def _refer(person: DemoPatient, centre: Centre, *, day: date) -> Life:
    """Register a patient and start the journey on the day of referral.

    Accountable people take turns in the order in which they joined.
    """
    at = datetime.combine(day, time(9), tzinfo=ZoneInfo(centre.time_zone)).astimezone(UTC)
    coordinator = _member(centre, Role.COORDINATOR, person.referred)
    given, family = person.name.split(maxsplit=1)
    patient = register_patient(
        given_name=given,
        family_name=family,
        birth_on=person.born,
        identifier_system=IdentifierSystem.HOSPITAL,
        identifier=f"D{person.born:%y%m%d}-{person.referred:04}",
        centre=centre,
        by=coordinator,
        today=day,
        now=at,
        email=person.email,
        travel_minutes=30 + person.referred % 200,
    )
    version = (
        ProtocolVersion.objects.filter(protocol__code=person.protocol).order_by("-number")[:1].get()
    )
    journey = start_journey(
        patient=patient,
        version=version,
        centre=centre,
        coordinator=coordinator,
        clinician=_member(centre, Role.CLINICIAN, person.referred),
        referred_on=day,
        by=coordinator,
        today=day,
        now=at,
    )
    return Life(patient=person, journey=journey, next_on=day + timedelta(days=1))


def _member(centre: Centre, role: Role, turn: int) -> User:
    members = list(
        User.objects.filter(memberships__centre=centre, memberships__role=role).order_by("pk")
    )
    return members[turn % len(members)]
