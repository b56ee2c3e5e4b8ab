"""The patient's booked times, and whether each is confirmed."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from journeys.patients.models import Patient
from journeys.planning.models import Activity, Appointment, Journey
from journeys.planning.selectors.answers import Question, questions_asked, questions_from
from journeys.planning.selectors.timeline import timeline_and
from journeys.planning.selectors.wording import words
from journeys.planning.services.answering import check_answerable
from journeys.planning.services.refusals import Refusal
from journeys.planning.workspace import definition_of
from journeys.portal.domain.when import Precision, When
from journeys.portal.selectors.steps import Step, Told, plan_stages, told
from notifications.domain.answers import Said
from notifications.selectors.answers import last_said


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedTime:
    """One time ahead; `waits` when a message asked and nobody has answered."""

    uid: uuid.UUID
    step: Step
    question: Question

    @property
    def waits(self) -> bool:
        """Tell whether an answer is awaited."""
        return self.question.is_asked and not self.question.said


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentPage:
    """One appointment: what and when, the last answer, and why there is nothing to answer."""

    uid: uuid.UUID
    title: str
    when: Told
    place: str
    said: str
    refusal: str

    @property
    def is_confirmed(self) -> bool:
        """Tell whether the patient said that they come."""
        return self.said == Said.CONFIRMED

    @property
    def wants_other_time(self) -> bool:
        """Tell whether the patient asked for another time."""
        return self.said == Said.OTHER_TIME


def appointments(
    patient: Patient, journey: Journey | None, *, today: date
) -> tuple[BookedTime, ...]:
    """Return the booked times ahead that a message asked about or that were answered."""
    if journey is None or patient.died_on:
        return ()
    whole, (rows,) = timeline_and(journey, questions_asked(journey.uid), today=today)
    questions = questions_from(rows)
    steps = [step for stage in plan_stages(whole, today=today) for step in stage.steps]
    return tuple(
        BookedTime(uid=question.appointment_uid, step=step, question=question)
        for step in sorted(steps, key=lambda step: step.order)
        if step.is_open and (question := questions.get(step.uid))
    )


def appointment_page(
    patient: Patient,
    journey: Journey | None,
    appointment_uid: uuid.UUID,
    *,
    zone: ZoneInfo,
    today: date,
    now: datetime,
) -> AppointmentPage | None:
    """Return one appointment of the patient's journey; None when there is none to show."""
    if journey is None or patient.died_on:
        return None
    appointment = (
        Appointment.objects.select_related("activity__cycle__protocol_version")
        .defer("activity__cycle__protocol_version__document")
        .filter(uid=appointment_uid, activity__journey=journey)
        .first()
    )
    if appointment is None:
        return None
    activity = appointment.activity
    activity.journey = journey
    if not definition_of(activity).visible_to_patient:
        return None
    starts_at = appointment.starts_at.astimezone(zone)
    day = starts_at.date()
    return AppointmentPage(
        uid=appointment.uid,
        title=_title(activity),
        when=told(When(precision=Precision.AT, first=day, last=day, at=starts_at), today=today),
        place=appointment.place,
        said=last_said(about=appointment.uid),
        refusal=_refusal(journey, appointment, now=now),
    )


def _title(activity: Activity) -> str:
    """Return what the patient calls it; the day says which of several it is."""
    definition = definition_of(activity)
    return activity.title or words(definition.patient_title) or words(definition.title)


def _refusal(journey: Journey, appointment: Appointment, *, now: datetime) -> str:
    """Say why nothing can be answered; empty when it can."""
    try:
        check_answerable(journey, appointment, now=now)
    except Refusal as refusal:
        return refusal.sentence
    return ""
