"""The patient's home: now, next, what to mind, the whole plan, and why it changed last."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, DateTimeField, Q, QuerySet

from carttrack.accounts.models import Centre
from carttrack.prepared import Asked, Param, Rows, prepared
from carttrack.ui import dates
from journeys.patients.models import Patient
from journeys.planning.domain.states import ActivityState, JourneyStatus, RevisionKind
from journeys.planning.models import Activity, Journey, PlanRevision
from journeys.planning.selectors.answers import Questions, questions_asked, questions_from
from journeys.planning.selectors.timeline import Timeline, TimelineRow, timeline_and
from journeys.planning.selectors.wording import words
from journeys.planning.workspace import centre_today, definition_of
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
    is_on_hold: bool
    name: str
    centre: Centre | None
    now: PlanStage | None
    today: Step | None
    next: Step | None
    after_next: Step | None
    asked: tuple[Step, ...]  # booked times further ahead that wait for an answer
    restrictions: tuple[Restriction, ...]
    done: tuple[PlanStage, ...]
    ahead: tuple[PlanStage, ...]
    change: LastChange | None
    days_since_infusion: int | None
    ended_on: date | None


def home(patient: Patient, journey: Journey | None, *, today: date) -> Home:
    """Return the patient's home in a fixed number of queries.

    Units:
        today: the local calendar date at the journey's centre.
    """
    standing = _standing(patient, journey)
    if journey is None or standing == Standing.CLOSED:
        return _empty(patient, standing, journey.centre if journey else None)
    whole, (news, asked) = timeline_and(
        journey, _news_asked(journey, today=today), questions_asked(journey.uid), today=today
    )
    stages = plan_stages(whole, today=today)
    coming = [] if standing == Standing.ENDED else _coming(stages, questions_from(asked))
    on_the_day = next((step for step in coming if step.is_today), None)
    rest = [step for step in coming if step is not on_the_day]
    return Home(
        standing=standing,
        is_on_hold=any(hold.until_on is None for hold in whole.holds),
        name=patient.given_name,
        centre=journey.centre,
        now=next((stage for stage in stages if stage.mark == "now"), None),
        today=on_the_day,
        next=rest[0] if rest else None,
        after_next=rest[1] if len(rest) > 1 else None,
        asked=tuple(step for step in rest[1:] if step.question and not step.question.said),
        restrictions=_restrictions(whole, today=today),
        done=tuple(stage for stage in stages if stage.mark == "done"),
        ahead=tuple(stage for stage in stages if stage.mark != "done"),
        change=_last_change(whole, news),
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
        is_on_hold=False,
        name=patient.given_name,
        centre=centre,
        now=None,
        today=None,
        next=None,
        after_next=None,
        asked=(),
        restrictions=(),
        done=(),
        ahead=(),
        change=None,
        days_since_infusion=None,
        ended_on=None,
    )


def _coming(stages: tuple[PlanStage, ...], questions: Questions) -> list[Step]:
    """Return the steps ahead in order of their days; lines of far years are not steps to take."""
    steps = [
        replace(step, question=questions.get(step.uid))
        for stage in stages
        for step in stage.steps
        if step.is_open and step.when.text
    ]
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


def _news_asked(journey: Journey, *, today: date) -> Asked:
    """Ask for the latest change that a patient needs to know of, while it is news."""
    zone = ZoneInfo(journey.centre.time_zone)
    since = datetime.combine(today - timedelta(days=CHANGE_SHOWN_DAYS), time.min, tzinfo=zone)
    return _news().asked(journey=journey.pk, since=since)


def _last_change(whole: Timeline, news: Rows) -> LastChange | None:
    if not news:
        return None
    journey = whole.journey
    kind, reason, made_at, code = news[0]
    return LastChange(
        sentence=change_sentence(kind, reason, _title(whole, code)),
        made_on=centre_today(journey.centre, now=made_at),
    )


@prepared
def _news() -> "QuerySet[PlanRevision, Any]":
    journey = Param("journey", BigIntegerField())
    since = Param("since", DateTimeField())
    news = PlanRevision.objects.filter(TOLD, journey=journey, made_at__gte=since)
    return news.order_by("-number").values_list("kind", "reason", "made_at", "activity__code")[:1]


def _title(whole: Timeline, code: str | None) -> str:
    """Return the patient's word for what a change began with."""
    if code is None:
        return ""
    definition = definition_of(Activity(code=code, journey=whole.journey, cycle=whole.cycle))
    return words(definition.patient_title) or words(definition.title)
