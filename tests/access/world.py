"""A small world in which every kind of person meets every kind of object."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.test import Client
from django.utils import timezone

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, Membership, User
from journeys.followup.domain.answers import Mode
from journeys.followup.domain.findings import Findings
from journeys.followup.models import Visit
from journeys.followup.services import record_visit
from journeys.patients.models import Patient
from journeys.planning.models import Activity, GateCheck, Journey
from journeys.planning.services import book, extend_reminders, record_happened
from journeys.worklist.domain import FilterPage
from journeys.worklist.models import SavedFilter
from notifications.domain.proof import Proof
from notifications.models import Address, Recipient, Reconciliation, Reminder
from notifications.services import Notice, keep_proof, leave_notice, recipient_for_user
from tests.factories import (
    CentreFactory,
    activity_of,
    centre_day,
    centre_now,
    journey_at,
    meet_gates,
    patient_at,
    staff,
)

DONE_IN_ORDER = (
    "eligibility",
    "leukapheresis",
    "product_received",
    "lymphodepletion",
    "infusion",
    "discharge",
)


@dataclass(frozen=True)
class World:
    """One centre's journey that has reached follow-up, and everybody who may ask for it."""

    centre: Centre
    patient: Patient
    journey: Journey
    open_visit: Activity
    booked_visit: Activity
    recorded: Visit
    undelivered: Reminder
    alert: Reminder
    dead_address: Address
    saved_filter: SavedFilter
    people: dict[str, User | None]

    def client(self, person: str) -> Client:
        """Return a browser in which this person is signed in."""
        client = Client()
        user = self.people[person]
        if user is not None:
            client.force_login(user)
        if person == "disabled":
            User.objects.filter(pk=user.pk).update(is_active=False)
        return client

    @property
    def membership(self) -> Membership:
        """Return what somebody else is at the centre."""
        return Membership.objects.get(user=self.people["coordinator"])

    @property
    def proof(self) -> Reconciliation:
        """Return a proof of the centre's messages, kept today."""
        return keep_proof(
            proof=Proof(), centre=self.centre, day=timezone.localdate(), now=timezone.now()
        )

    @property
    def gate_check(self) -> GateCheck:
        """Return something that was checked before a stage was completed."""
        return GateCheck.objects.live().filter(cycle__journey=self.journey)[0]

    @property
    def revision_number(self) -> int:
        """Return the number of a revision of the journey."""
        return self.journey.revisions.order_by("number")[0].number


def build_world() -> World:
    """Make the world through the real services, its dates relative to today."""
    centre, elsewhere = CentreFactory(), CentreFactory()
    coordinator = staff(centre)
    clinician = staff(centre, Role.CLINICIAN)
    patient = patient_at(centre, user=_user("own-patient"))
    journey = journey_at(
        centre, patient=patient, coordinator=coordinator, clinician=clinician, days_ago=160
    )
    _live(journey, clinician)
    booked = activity_of(journey, "month_6")
    _book(booked, coordinator, centre)
    visit = _record_return_visit(journey, clinician)
    former = staff(centre)
    Membership.objects.filter(user=former).update(until_on=centre_day(centre) - timedelta(days=1))
    stranger = patient_at(elsewhere, user=_user("other-patient"))
    journey_at(elsewhere, patient=stranger, days_ago=3)
    reminder = Reminder.objects.filter(thread__uid=journey.uid)[0]
    world = World(
        centre=centre,
        patient=patient,
        journey=journey,
        open_visit=activity_of(journey, "day_100"),
        booked_visit=booked,
        recorded=visit,
        undelivered=reminder,
        alert=_alert_for(coordinator, journey),
        dead_address=_dead_address_of(patient),
        saved_filter=SavedFilter.objects.create(
            owner=coordinator,
            centre=centre,
            page=FilterPage.BOARD,
            name="Mine",
            query={"owner": "me"},
            is_shared=True,
        ),
        people={
            "anonymous": None,
            "patient": patient.user,
            "other patient": stranger.user,
            "coordinator": coordinator,
            "clinician": clinician,
            "data manager": staff(centre, Role.DATA_MANAGER),
            "administrator": staff(centre, Role.ADMINISTRATOR),
            "coordinator elsewhere": staff(elsewhere),
            "clinician elsewhere": staff(elsewhere, Role.CLINICIAN),
            "former coordinator": former,
            "superuser": User.objects.create_superuser("root@example.invalid", name="Root"),
            "disabled": staff(centre),
        },
    )
    for each in Journey.objects.active():  # who has come since is written to from now on
        extend_reminders(journey_uid=each.uid, now=timezone.now(), today=centre_day(each.centre))
    Reminder.objects.filter(pk=reminder.pk).update(state="failed", reason="rejected")
    _dead_address_of(patient)
    return world


def _alert_for(user: User, journey: Journey) -> Reminder:
    """Return something that a person has to acknowledge."""
    now = centre_now(journey.centre)
    notice = Notice(
        kind="interruption",
        rule="journey_stopped:1",
        context={"item": "journey_stopped"},
        centre=journey.centre,
        due_at=now,
        expires_at=now + timedelta(days=1),
        escalate_hours=4,
    )
    recipient = recipient_for_user(user=user, time_zone=journey.centre.time_zone)
    [alert] = leave_notice(recipient=recipient, channels=("in_app",), notice=notice)
    return alert


def _dead_address_of(patient: Patient) -> Address:
    """Return an address of the patient that a server refused."""
    recipient = Recipient.objects.get(user=patient.user)
    blocked = {"value": patient.email or "gone@example.invalid", "blocked_reason": "bounced"}
    return Address.objects.update_or_create(
        recipient=recipient,
        channel="email",
        defaults=blocked | {"blocked_at": datetime(2026, 1, 1, tzinfo=UTC)},
    )[0]


def _user(name: str) -> User:
    return User.objects.create_user(f"{name}@example.invalid", name=name)


def _live(journey: Journey, clinician: User) -> None:
    """Record everything up to the discharge, each on the day the plan chose."""
    for code in DONE_IN_ORDER:
        for activity in journey.activities.filter(code=code).order_by("occurrence"):
            activity.refresh_from_db()
            meet_gates(activity, by=clinician, now=centre_now(journey.centre))
            _record(activity.uid, activity.chosen_on, clinician)


def _record(uid: UUID, on: date | None, by: User) -> None:
    assert on is not None
    now = datetime.combine(on, time(15), tzinfo=UTC)
    record_happened(activity_uid=uid, on=on, by=by, today=on, now=now)


def _book(activity: Activity, by: User, centre: Centre) -> None:
    book(
        activity_uid=activity.uid,
        starts_at=centre_now(centre) + timedelta(days=30),
        minutes=60,
        place="Room 4",
        by=by,
        today=centre_day(centre),
        now=centre_now(centre),
    )


def _record_return_visit(journey: Journey, clinician: User) -> Visit:
    activity = activity_of(journey, "return_visit")
    assert activity.chosen_on is not None
    return record_visit(
        activity_uid=activity.uid,
        seen_on=activity.chosen_on,
        mode=Mode.IN_PERSON,
        seen_by=clinician,
        findings=Findings(),
        by=clinician,
        today=activity.chosen_on,
        now=datetime.combine(activity.chosen_on, time(15), tzinfo=UTC),
    )
