"""The patient's home: now, next, what to mind, the whole plan, and why it changed last."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Q

from carttrack.accounts.models import Centre
from carttrack.ui import dates
from journeys.patients.models import Patient
from journeys.planning.domain.states import ActivityState, JourneyStatus, RevisionKind
from journeys.planning.models import Journey, PlanRevision
from journeys.planning.selectors.timeline import Timeline, TimelineRow, timeline_of, words
from journeys.planning.workspace import centre_today, protocol_of
from journeys.portal.labels import change_sentence, restriction_title
from journeys.portal.selectors.steps import PlanStage, Step, plan_stages

CHANGE_SHOWN_DAYS = 30
# What is news to a patient; a booking is none once it was kept or given up.
TOLD = (
    Q(kind=RevisionKind.MOVED)
    | Q(kind=RevisionKind.BOOKED, activity__state=ActivityState.BOOKED)
    | Q(kind=RevisionKind.RELEASED, activity__state=ActivityState.PLANNED)
)


class Standing(StrEnum):
    """What the page is about as a whole."""

    UNDER_WAY = "under_way"
    ENDED = "ended"
    COMPLETED = "completed"
    NOT_STARTED = "not_started"
    CLOSED = "closed"  # the patient has died; the page says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """Something to refrain from, and until when."""

    title: str
    days_left: int
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastChange:
    """Why the plan changed last, and when."""

    sentence: str
    made_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The whole page."""

    standing: Standing
    name: str
    centre: Centre | None
    now: PlanStage | None
    today: Step | None
    next: Step | None
    after_next: Step | None
    restrictions: tuple[Restriction, ...]
    done: tuple[PlanStage, ...]
    ahead: tuple[PlanStage, ...]
    change: LastChange | None
    days_since_infusion: int | None
    ended_on: date | None


def journey_of(patient: Patient) -> Journey | None:
    """Return the patient's journey: the one under way, otherwise the latest one."""
    journeys = (
        patient.journeys.select_related("centre", "protocol_version")
        .defer("protocol_version__document")
        .order_by("-started_on", "-pk")
    )
    found = sorted(journeys, key=lambda journey: journey.status != JourneyStatus.ACTIVE)
    return found[0] if found else None


def home(patient: Patient, journey: Journey | None, *, today: date) -> Home:
    """Return the patient's home in a fixed number of queries.

    Units:
        today: the local calendar date at the journey's centre.
    """
    standing = _standing(patient, journey)
    if journey is None or standing == Standing.CLOSED:
        return _empty(patient, standing, journey.centre if journey else None)
    whole = timeline_of(journey, today=today)
    stages = plan_stages(whole, today=today)
    coming = [] if standing == Standing.ENDED else _coming(stages)
    on_the_day = next((step for step in coming if step.is_today), None)
    rest = [step for step in coming if step is not on_the_day]
    return Home(
        standing=standing,
        name=patient.given_name,
        centre=journey.centre,
        now=next((stage for stage in stages if stage.mark == "now"), None),
        today=on_the_day,
        next=rest[0] if rest else None,
        after_next=rest[1] if len(rest) > 1 else None,
        restrictions=_restrictions(whole, today=today),
        done=tuple(stage for stage in stages if stage.mark == "done"),
        ahead=tuple(stage for stage in stages if stage.mark != "done"),
        change=_last_change(journey, today=today),
        days_since_infusion=whole.day_number,
        ended_on=journey.ended_on,
    )


def _standing(patient: Patient, journey: Journey | None) -> Standing:
    if patient.died_on:
        return Standing.CLOSED
    if journey is None:
        return Standing.NOT_STARTED
    return {
        JourneyStatus.ACTIVE: Standing.UNDER_WAY,
        JourneyStatus.ENDED: Standing.ENDED,
        JourneyStatus.COMPLETED: Standing.COMPLETED,
    }[JourneyStatus(journey.status)]


def _empty(patient: Patient, standing: Standing, centre: Centre | None) -> Home:
    return Home(
        standing=standing,
        name=patient.given_name,
        centre=centre,
        now=None,
        today=None,
        next=None,
        after_next=None,
        restrictions=(),
        done=(),
        ahead=(),
        change=None,
        days_since_infusion=None,
        ended_on=None,
    )


def _coming(stages: tuple[PlanStage, ...]) -> list[Step]:
    """Return the steps ahead in order of their days; lines of far years are not steps to take."""
    steps = [step for stage in stages for step in stage.steps if step.is_open and step.when.text]
    return sorted(steps, key=lambda step: step.order)


def _restrictions(whole: Timeline, *, today: date) -> tuple[Restriction, ...]:
    """Return what is restricted now; it begins with the infusion."""
    if whole.infused_on is None:
        return ()
    return tuple(
        _restriction(row, row.day, today=today)
        for row in whole.restrictions
        if row.day and row.day > today and row.is_open
    )


def _restriction(row: TimelineRow, until: date, *, today: date) -> Restriction:
    day = dates.patient_day(until, today=today)
    return Restriction(
        title=restriction_title(row.code, row.patient_title, day),
        days_left=(until - today).days,
        advice=row.prepare,
    )


def _last_change(journey: Journey, *, today: date) -> LastChange | None:
    """Return the latest change that a patient needs to know of, while it is news."""
    since = today - timedelta(days=CHANGE_SHOWN_DAYS)
    revision = (
        PlanRevision.objects.filter(TOLD, journey=journey, made_at__date__gte=since)
        .select_related("activity", "journey__protocol_version")
        .defer("journey__protocol_version__document")
        .order_by("-number")
        .first()
    )
    if revision is None:
        return None
    return LastChange(
        sentence=change_sentence(revision.kind, revision.reason, _title(revision)),
        made_on=centre_today(journey.centre, now=revision.made_at),
    )


def _title(revision: PlanRevision) -> str:
    """Return the patient's word for what a change began with."""
    if revision.activity is None:
        return ""
    protocol = protocol_of(revision.journey.protocol_version)
    definition = protocol.activity(revision.activity.code)
    return words(definition.patient_title) or words(definition.title)
