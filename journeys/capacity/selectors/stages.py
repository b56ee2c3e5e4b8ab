"""Every patient's stages against weeks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from carttrack.accounts.models import Centre, User
from carttrack.ui import dates
from journeys.capacity.domain.stays import whole_days
from journeys.capacity.selectors.drawing import Item, Row
from journeys.capacity.selectors.people import journey_page
from journeys.patients.models import Patient
from journeys.planning.domain.states import JourneyStatus, StageState
from journeys.planning.models import Stage
from journeys.planning.selectors.wording import words
from journeys.planning.workspace import protocol_of

MOST_PATIENTS = 40
# Fifteen years of follow-up fill no unit and would hide everything else.
LAST_STAGE = "follow_up"
STAGE_LOOKS = {StageState.DONE: "done", StageState.CURRENT: "now"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StageEntry:
    """One stage of a patient, in words."""

    who: str
    stage: str
    when: str


def stages_during(user: User, centre: Centre, first_on: date, last_on: date) -> list[Stage]:
    """Return the stages of the centre's patients that touch the weeks, patient by patient."""
    return list(
        Stage.objects.filter(
            cycle__journey__centre=centre,
            cycle__journey__status=JourneyStatus.ACTIVE,
            cycle__journey__patient__in=Patient.objects.visible_to(user),
            planned_start_on__lte=last_on,
            planned_end_on__gte=first_on,
        )
        .exclude(code=LAST_STAGE)
        .select_related("cycle__journey__patient", "cycle__journey__protocol_version")
        .defer("cycle__journey__protocol_version__document")
        .order_by("cycle__journey__patient__family_name", "cycle__journey__patient__pk", "position")
    )


def first_patients(stages: Sequence[Stage]) -> tuple[list[Stage], int]:
    """Return the stages of as many patients as a page holds, and how many are left out."""
    patients = list(dict.fromkeys(stage.cycle.journey.patient_id for stage in stages))
    shown = set(patients[:MOST_PATIENTS])
    return [each for each in stages if each.cycle.journey.patient_id in shown], max(
        len(patients) - MOST_PATIENTS, 0
    )


def stage_rows(stages: Sequence[Stage], zone: ZoneInfo, *, today: date) -> Iterator[Row]:
    """Return one line for each patient."""
    if stages:
        yield Row(label=_("Patients' stages"), is_heading=True)
    for _patient, group in groupby(stages, key=lambda stage: stage.cycle.journey.patient_id):
        of_patient = list(group)
        journey = of_patient[0].cycle.journey
        yield Row(
            label=f"{journey.patient.family_name}, {journey.patient.given_name}",
            items=[_stage_item(stage, zone, today=today) for stage in of_patient],
        )


def _stage_item(stage: Stage, zone: ZoneInfo, *, today: date) -> Item:
    entry = stage_entry(stage, today=today)
    starts, ends = _stage_days(stage)
    return Item(
        span=whole_days(starts, ends, zone),
        label=entry.stage,
        title=f"{entry.who}: {entry.stage}, {entry.when}",
        look=STAGE_LOOKS.get(StageState(stage.state), "later"),
        href=journey_page(stage.cycle.journey.uid),
    )


def stage_entry(stage: Stage, *, today: date) -> StageEntry:
    """Return a stage in words."""
    journey = stage.cycle.journey
    title = next(
        (
            words(each.title)
            for each in protocol_of(journey.protocol_version).stages
            if each.code == stage.code
        ),
        stage.code,
    )
    starts, ends = _stage_days(stage)
    return StageEntry(
        who=journey.patient.full_name,
        stage=title,
        when=dates.staff_window(starts, ends, today=today),
    )


def _stage_days(stage: Stage) -> tuple[date, date]:
    if stage.planned_start_on is None or stage.planned_end_on is None:
        raise ValueError(f"{stage} has no days")
    return stage.planned_start_on, max(stage.planned_start_on, stage.planned_end_on)
