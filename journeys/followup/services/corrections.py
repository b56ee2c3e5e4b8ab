"""Correcting the record of a visit."""

import uuid
from datetime import date, datetime

from django.db import transaction

from carttrack.accounts.models import User
from carttrack.audit import services as audit
from journeys.followup.domain.answers import Mode
from journeys.followup.domain.findings import Findings
from journeys.followup.models import Visit
from journeys.followup.services.refusals import CorrectionReasonMissing, StaleVersion
from journeys.followup.services.writing import check_findings, columns, history_record
from journeys.planning.models import Journey


@transaction.atomic
def correct_visit(
    *,
    visit_uid: uuid.UUID,
    version: int,
    mode: Mode,
    seen_by: User,
    findings: Findings,
    reason: str,
    by: User,
    today: date,
    now: datetime,
) -> Visit:
    """Add a corrected record that points back; the one it corrects stays as it was.

    The day of the visit stands in the plan and is not changed here. `version` is the one that the
    person had before them.

    Raises:
        Visit.DoesNotExist: no such record.
        StaleVersion: a later version exists.
        CorrectionReasonMissing: no reason was given.
        FindingsImpossible: the findings contradict each other or hold a value that cannot be.
    """
    original = Visit.objects.select_related("activity__journey__patient", "activity__centre").get(
        uid=visit_uid
    )
    Journey.objects.select_for_update().get(pk=original.activity.journey_id)
    if original.version != version or Visit.objects.filter(corrects=original).exists():
        raise StaleVersion
    if not reason.strip():
        raise CorrectionReasonMissing
    check_findings(findings, today=today)
    corrected = Visit.objects.create(
        activity=original.activity,
        version=original.version + 1,
        corrects=original,
        correction_reason=reason.strip(),
        seen_on=original.seen_on,
        seen_by=seen_by,
        mode=mode,
        timing=original.timing,
        timing_reason=original.timing_reason,
        recorded_by=by,
        recorded_at=now,
        **columns(findings),
    )
    audit.record(
        actor=by,
        action="visit.corrected",
        patient_uid=original.activity.journey.patient.uid,
        subject=corrected,
        centre=original.activity.centre,
        before=history_record(original),
        after=history_record(corrected),
        note=reason.strip(),
        now=now,
    )
    return corrected
