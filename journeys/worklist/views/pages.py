"""What every page about one journey is given for its head."""

from journeys.patients.selectors import head_of
from journeys.worklist.access import Case


def page_context(case: Case) -> dict[str, object]:
    """Return what every page about a journey needs for its head."""
    return {
        "case": case,
        "desk": case.desk,
        "centre": case.centre,
        "today": case.today,
        "journey": case.journey,
        "patient": case.patient,
        "head": head_of(case.patient, today=case.today),
    }
