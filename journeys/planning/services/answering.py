"""Confirming an appointment, or asking for another time; the booking itself stays as it is."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from carttrack.accounts.models import User
from carttrack.audit.services import record
from journeys.planning.domain.interruptions import Item
from journeys.planning.domain.states import ActivityState, JourneyStatus
from journeys.planning.models import Appointment, Journey
from journeys.planning.services.interruptions import tell_team
from journeys.planning.services.refusals import (
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentOver,
    JourneyNotActive,
)
from notifications.domain.answers import Said, Source, WhyNot
from notifications.models import Answer
from notifications.services import keep_answer

ACTIONS = {
    Said.CONFIRMED: "appointment.confirmed",
    Said.OTHER_TIME: "appointment.other_time_asked",
}


# So close to it nobody finds the wish in time in the morning digest.
SOON = timedelta(hours=48)


@transaction.atomic
def answer_appointment(
    *,
    appointment_uid: uuid.UUID,
    said: Said,
    source: Source,
    by: User,
    now: datetime,
    reason: WhyNot | None = None,
    words: str = "",
) -> tuple[Answer, bool]:
    """Keep whether the patient comes, and tell whether that is new; nothing is rebooked by it.

    The journey is locked, so that nobody confirms what is being moved at this moment.

    Raises:
        Appointment.DoesNotExist: no such appointment.
        JourneyNotActive: the journey has ended.
        AppointmentMoved: another one took its place, which needs an answer of its own.
        AppointmentCancelled, AppointmentOver: there is nothing to come to.
    """
    journey = (
        Journey.objects.select_related("patient", "centre", "coordinator", "clinician")
        .select_for_update(of=("self",), no_key=True)
        .filter(activities__appointments__uid=appointment_uid)
        .first()
    )
    if journey is None:
        raise Appointment.DoesNotExist
    appointment = Appointment.objects.select_related("activity").get(uid=appointment_uid)
    check_answerable(journey, appointment, now=now)
    answer, is_new = keep_answer(
        topic_uid=appointment.activity.uid,
        about=appointment.uid,
        starts_at=appointment.starts_at,
        said=said,
        source=source,
        by=by,
        now=now,
        reason=reason,
        words=words,
    )
    if is_new:
        record(
            actor=by,
            action=ACTIONS[said],
            patient_uid=journey.patient.uid,
            subject=answer,
            centre=journey.centre,
            after={
                "appointment": str(appointment.uid),
                "starts_at": appointment.starts_at.isoformat(),
                "source": source.value,
            },
            reason=answer.reason,
            note=answer.words,
            now=now,
        )
        if said is Said.OTHER_TIME and appointment.starts_at <= now + SOON:
            tell_team(journey=journey, item=Item.OTHER_TIME_SOON, about=answer.pk, by=by, now=now)
    return answer, is_new


def check_answerable(journey: Journey, appointment: Appointment, *, now: datetime) -> None:
    """Refuse an answer that would mean nothing any more.

    Raises:
        JourneyNotActive, AppointmentMoved, AppointmentCancelled, AppointmentOver: it would.
    """
    if journey.status != JourneyStatus.ACTIVE:
        raise JourneyNotActive
    if appointment.cancelled_at is not None:
        is_elsewhere = appointment.activity.appointments.filter(cancelled_at__isnull=True).exists()
        raise AppointmentMoved if is_elsewhere else AppointmentCancelled
    if appointment.activity.state != ActivityState.BOOKED or appointment.starts_at <= now:
        raise AppointmentOver
