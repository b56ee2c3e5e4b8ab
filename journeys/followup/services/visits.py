"""Recording a visit."""

import uuid
from datetime import date, datetime

from django.db import transaction

from carttrack.accounts.models import User
from carttrack.audit import services as audit
from journeys.followup.domain.answers import Mode
from journeys.followup.domain.findings import Findings
from journeys.followup.domain.timing import Timing, timing_of
from journeys.followup.models import Visit
from journeys.followup.services.refusals import (
    AlreadyRecorded,
    NotAVisit,
    OtherDayRecorded,
    TimingReasonMissing,
    VisitInFuture,
)
from journeys.followup.services.writing import check_findings, columns, history_record
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Activity, Journey
from journeys.planning.services import record_happened


@transaction.atomic
def record_visit(
    *,
    activity_uid: uuid.UUID,
    seen_on: date,
    mode: Mode,
    seen_by: User,
    findings: Findings,
    by: User,
    today: date,
    now: datetime,
    timing_reason: str = "",
) -> Visit:
    """Record what was found at a planned visit, and that it took place; the plan counts anew.

    A visit that the plan already knows to have taken place only gets its record.

    Units:
        seen_on, today: local calendar dates at the centre.

    Raises:
        Activity.DoesNotExist: no such activity.
        NotAVisit: the activity has no record of this kind.
        VisitInFuture: `seen_on` is after `today`.
        AlreadyRecorded: the visit has its record.
        OtherDayRecorded: the plan says that it took place on another day.
        TimingReasonMissing: `seen_on` is outside the window and no reason was given.
        FindingsImpossible: the findings contradict each other or hold a value that cannot be.
        Refusal: planning refuses, for example because the journey has ended.
    """
    activity = _locked_visit(activity_uid)
    if seen_on > today:
        raise VisitInFuture(seen_on)
    timing = timing_of(seen_on, opens_on=activity.opens_on, closes_on=activity.closes_on)
    if timing != Timing.IN_WINDOW and not timing_reason.strip():
        raise TimingReasonMissing
    check_findings(findings, today=today)
    _take_place(activity, seen_on=seen_on, by=by, today=today, now=now)
    visit = Visit.objects.create(
        activity=activity,
        seen_on=seen_on,
        seen_by=seen_by,
        mode=mode,
        timing=timing,
        timing_reason=timing_reason.strip() if timing != Timing.IN_WINDOW else "",
        recorded_by=by,
        recorded_at=now,
        **columns(findings),
    )
    audit.record(
        actor=by,
        action="visit.recorded",
        patient_uid=activity.journey.patient.uid,
        subject=visit,
        centre=activity.centre,
        before=None,
        after=history_record(visit),
        now=now,
    )
    return visit


def _locked_visit(activity_uid: uuid.UUID) -> Activity:
    """Return the activity with its journey locked, so that two clinicians take turns."""
    journey = (
        Journey.objects.select_for_update(of=("self",)).filter(activities__uid=activity_uid).first()
    )
    if journey is None:
        raise Activity.DoesNotExist
    activity = Activity.objects.select_related("journey__patient", "centre").get(uid=activity_uid)
    if activity.kind != ActivityKind.VISIT:
        raise NotAVisit
    if Visit.objects.filter(activity=activity).exists():
        raise AlreadyRecorded
    return activity


def _take_place(activity: Activity, *, seen_on: date, by: User, today: date, now: datetime) -> None:
    """Tell the plan that the visit took place, unless it knows."""
    if activity.state == ActivityState.DONE and activity.happened_on:
        if activity.happened_on != seen_on:
            raise OtherDayRecorded(activity.happened_on)
        return
    record_happened(
        activity_uid=activity.uid, on=seen_on, by=by, today=today, now=now, with_findings=True
    )
