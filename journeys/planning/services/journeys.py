"""Starting and ending a journey."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, Membership, User
from carttrack.audit import services as audit
from journeys.patients.models import Patient
from journeys.patients.services import record_death, record_withdrawal
from journeys.planning.domain.interruptions import item_of_end
from journeys.planning.domain.states import (
    ActivityState,
    EndReason,
    JourneyStatus,
    RevisionKind,
)
from journeys.planning.models import (
    Journey,
    ProtocolVersion,
)
from journeys.planning.services.care import take_into_treatment
from journeys.planning.services.checks import check_horizon, check_offered, check_within, plan_of
from journeys.planning.services.interruptions import tell_team
from journeys.planning.services.refusals import (
    BeforeBirth,
    DateInFuture,
    JourneyNotActive,
    PatientHasActiveJourney,
    PersonNotAtCentre,
    ReasonMissing,
)
from journeys.planning.services.releasing import cancel_open
from journeys.planning.services.therapy import new_cycle
from journeys.planning.services.writing import Outcome, write_plan
from journeys.planning.workspace import facts, load
from notifications import services as notifications


@transaction.atomic
def start_journey(
    *,
    patient: Patient,
    version: ProtocolVersion,
    centre: Centre,
    coordinator: User,
    clinician: User,
    referred_on: date,
    by: User,
    today: date,
    now: datetime,
) -> Journey:
    """Start a patient's journey from the day of referral and plan it whole.

    Units:
        referred_on, today: local calendar dates at the centre.

    Raises:
        DateInFuture: the referral is after `today`.
        BeyondTheHorizon, NoRuleThen: the referral is too long ago to plan from.
        BeforeBirth: the referral is older than the patient.
        ProtocolElsewhere: the protocol is another centre's own.
        RegionNotCovered: the version does not cover the centre's region.
        PersonNotAtCentre: coordinator or clinician has no such role at the centre now.
        PatientHasActiveJourney: the patient is on a journey already.
    """
    if referred_on > today:
        raise DateInFuture(gettext("The referral"), referred_on)
    check_horizon(gettext("The referral"), referred_on, today=today)
    if referred_on < patient.birth_on:
        raise BeforeBirth(referred_on)
    check_offered(version, centre)
    _check_role(coordinator, centre, Role.COORDINATOR)
    _check_role(clinician, centre, Role.CLINICIAN)
    Patient.objects.select_for_update().get(pk=patient.pk)
    if patient.journeys.active().exists():
        raise PatientHasActiveJourney
    journey = Journey.objects.create(
        patient=patient,
        protocol_version=version,
        region=centre.region,
        centre=centre,
        coordinator=coordinator,
        clinician=clinician,
        started_on=referred_on,
    )
    take_into_treatment(patient=patient, centre=centre, from_on=referred_on)
    referral = new_cycle(journey, number=1, on=referred_on)
    referral.state, referral.happened_on = ActivityState.DONE, referred_on
    referral.save()
    notifications.open_thread(uid=journey.uid, centre=centre)
    space = load(journey.uid, for_update=True)
    write_plan(
        space,
        plan_of(space, facts(space), today=today),
        kind=RevisionKind.STARTED,
        by=by,
        now=now,
        today=today,
    )
    audit.record(
        actor=by,
        action="journey.started",
        patient_uid=patient.uid,
        subject=journey,
        centre=centre,
        before=None,
        after={"protocol": str(version), "referred_on": referred_on.isoformat()},
        now=now,
    )
    return space.journey


@transaction.atomic
def end_journey(
    *,
    journey_uid: uuid.UUID,
    reason: EndReason,
    on: date,
    note: str,
    by: User,
    today: date,
    now: datetime,
) -> Outcome:
    """End a journey for a coded reason: what is open is cancelled, messages stop, nothing is lost.

    Raises:
        Journey.DoesNotExist: no such journey.
        JourneyNotActive: it has ended before.
        DateInFuture, BeforeTheJourney: `on` is not between the referral and `today`.
        ReasonMissing: "other" needs a note.
    """
    space = load(journey_uid, for_update=True)
    journey = space.journey
    _check_may_end(journey, reason=reason, on=on, note=note, today=today)
    plan = plan_of(space, facts(space), today=today)
    cancel_open(space, reason=reason, now=now)
    journey.status, journey.ended_on = JourneyStatus.ENDED, on
    journey.end_reason, journey.end_note = reason, note.strip()
    journey.save(update_fields=["status", "ended_on", "end_reason", "end_note"])
    notifications.stop_thread(thread_uid=journey.uid, reason=_stop_reason(reason), now=now)
    outcome = write_plan(
        space,
        plan,
        kind=RevisionKind.ENDED,
        by=by,
        now=now,
        today=today,
        reason=reason,
        note=note.strip(),
    )
    if reason == EndReason.DEATH:
        record_death(patient=journey.patient, died_on=on, by=by, today=today, now=now)
    if reason == EndReason.PATIENT_WITHDREW:
        record_withdrawal(patient=journey.patient, withdrew_on=on, by=by, today=today, now=now)
    audit.record(
        actor=by,
        action="journey.ended",
        patient_uid=journey.patient.uid,
        subject=journey,
        centre=journey.centre,
        before={"status": JourneyStatus.ACTIVE},
        after={"status": JourneyStatus.ENDED, "ended_on": on.isoformat()},
        reason=reason,
        note=note.strip(),
        now=now,
    )
    tell_team(
        journey=journey, item=item_of_end(reason), about=outcome.revision.number, by=by, now=now
    )
    return outcome


def _check_role(user: User, centre: Centre, role: Role) -> None:
    if not Membership.objects.of(user, [role]).filter(centre=centre).exists():
        raise PersonNotAtCentre(user.name)


def _check_may_end(
    journey: Journey, *, reason: EndReason, on: date, note: str, today: date
) -> None:
    if journey.status != JourneyStatus.ACTIVE:
        raise JourneyNotActive
    check_within(journey, gettext("The end of the journey"), on, today=today)
    if reason == EndReason.OTHER and not note.strip():
        raise ReasonMissing


def _stop_reason(reason: EndReason) -> str:
    words = {EndReason.DEATH: "died", EndReason.PATIENT_WITHDREW: "withdrew"}
    return words.get(reason, "journey_ended")
