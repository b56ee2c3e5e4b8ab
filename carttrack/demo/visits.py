"""What a clinician of the demonstration finds at a visit: invented and never complete."""

from datetime import date
from decimal import Decimal

from carttrack.demo.cohort import DemoPatient
from journeys.followup.domain.answers import Answer
from journeys.followup.domain.findings import Findings
from journeys.followup.domain.response import SCALES, Criteria, Response, criteria_for
from journeys.planning.models import Activity

GOOD_ANSWERS = {
    Criteria.LUGANO_2014: (Response.PARTIAL, Response.COMPLETE),
    Criteria.ALL_MARROW_MRD: (
        Response.INCOMPLETE_RECOVERY_MRD_NEGATIVE,
        Response.COMPLETE_MRD_NEGATIVE,
    ),
    Criteria.IMWG_2016: (Response.VERY_GOOD_PARTIAL, Response.COMPLETE),
}


def visit_findings(person: DemoPatient, activity: Activity, *, day: date) -> Findings:
    """Return findings that get better from the first visit to the later ones."""
    is_first = activity.code == "return_visit"
    criteria = next(iter(criteria_for(person.protocol)))
    early, later = GOOD_ANSWERS.get(criteria, (SCALES[criteria][1], SCALES[criteria][0]))
    turn = person.referred % 7
    counts = {
        "haemoglobin": Decimal(98 + turn if is_first else 124 + turn),
        "neutrophils": Decimal("0.9") + turn if is_first else Decimal("2.4") + turn,
        "platelets": Decimal(62 + 4 * turn if is_first else 171 + 6 * turn),
    }
    return Findings(
        criteria=criteria,
        response=early if is_first else later,
        tested_on=day,
        counts=counts if turn else counts | {"igg": Decimal("4.1")},
        not_measured=frozenset({"cd4"}) if is_first else frozenset(),
        max_crs_grade=1 + turn % 2 if is_first else None,
        max_icans_grade=turn % 3 if is_first else None,
        intensive_care=Answer.NO if is_first else Answer.UNKNOWN,
        infection=Answer.YES if turn == 1 else Answer.NO,
        infection_note="Upper airway infection, no treatment" if turn == 1 else "",
        second_cancer=Answer.NO,
        notes="Tired, otherwise well. Works half days." if is_first else "",
    )
