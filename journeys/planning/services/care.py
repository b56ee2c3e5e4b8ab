"""The care relation that a journey brings along: the centre treats the patient from now on."""

from datetime import date, timedelta

from carttrack.accounts.models import Centre
from journeys.patients.domain import CareRole
from journeys.patients.models import CareRelation, Patient


def take_into_treatment(*, patient: Patient, centre: Centre, from_on: date) -> CareRelation:
    """Return the centre's open-ended treatment of the patient, begun where there is none.

    An earlier treatment keeps its dates; where it reaches into this one, the new one follows it
    without a gap. Call it with the patient locked.

    Units:
        from_on: local calendar date at the centre.
    """
    treatments = CareRelation.objects.filter(patient=patient, centre=centre, role=CareRole.TREATING)
    lasting = treatments.filter(until_on=None).first()
    if lasting:
        return lasting
    before = treatments.filter(until_on__gte=from_on).order_by("-until_on").first()
    if before and before.until_on:
        from_on = before.until_on + timedelta(days=1)
    return CareRelation.objects.create(
        patient=patient, centre=centre, role=CareRole.TREATING, from_on=from_on
    )
