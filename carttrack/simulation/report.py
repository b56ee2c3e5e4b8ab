"""What a simulated centre lived through, as figures: the JSON of `manage.py simulate`."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from math import ceil
from statistics import median
from typing import Any

from django.db.models import Count

from carttrack.simulation.accounting import Reminders
from carttrack.simulation.run import Lived
from journeys.capacity.models import ManufacturingSlot
from journeys.followup.models import Visit
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import (
    Activity,
    Appointment,
    Cycle,
    Hold,
    Journey,
    PlanChange,
    PlanRevision,
)

# Each from one point to another in the same cycle.
INTERVALS = {
    "referral_to_eligibility": ("referral", "eligibility"),
    "eligibility_to_collection": ("eligibility", "collection"),
    "collection_to_product": ("collection", "product_received"),
    "product_to_infusion": ("product_received", "infusion"),
    "collection_to_infusion": ("collection", "infusion"),
    "referral_to_infusion": ("referral", "infusion"),
    "infusion_to_discharge": ("infusion", "discharge"),
    "discharge_to_return_visit": ("discharge", "return_visit"),
}
# What protocols call the first thing that the product is made from.
COLLECTIONS = ("leukapheresis", "tumour_tissue")
# Who got how far, in the order of the journey.
REACHED = {
    "referred": (("referral",), 1),
    "eligible": (("eligibility",), 1),
    "collected": (COLLECTIONS, 1),
    "product_received": (("product_received",), 1),
    "lymphodepleted": (("lymphodepletion",), 1),
    "infused": (("infusion",), 1),
    "discharged": (("discharge",), 1),
    "return_visit": (("return_visit",), 1),
    "day_100": (("day_100",), 1),
    "month_6": (("month_6",), 1),
    **{f"year_{number}": (("year",), number) for number in (1, 2, 5, 10, 15)},
}


def report(lived: Lived, reminders: Reminders) -> dict[str, Any]:
    """Return the whole report; it is the same for the same seed."""
    return {
        "patients": len(lived.lives),
        "intervals": _intervals(),
        "attrition": _attrition(),
        "outcomes": _outcomes(),
        "appointments": _appointments(),
        "changes": _changes(),
        "refused": dict(sorted(sum((life.refused for life in lived.lives), Counter()).items())),
        "outside_world": {
            "tries": dict(sorted(lived.wire.outcomes.items())),
            "beat": dict(sorted(lived.beat.counts.items())),
            "decided_by_a_person": dict(sorted(lived.desk.counts.items())),
        },
        "reminders": {**asdict(reminders), "closes": reminders.closes},
    }


def _intervals() -> dict[str, dict[str, int | float | None]]:
    days: dict[int, dict[str, date]] = {}
    rows = Activity.objects.filter(occurrence=1, happened_on__isnull=False)
    for cycle, code, on in rows.values_list("cycle", "code", "happened_on"):
        if on:
            days.setdefault(cycle, {})["collection" if code in COLLECTIONS else code] = on
    return {
        name: spread(
            (happened[later] - happened[earlier]).days
            for happened in days.values()
            if earlier in happened and later in happened
        )
        for name, (earlier, later) in INTERVALS.items()
    }


def spread(values: Iterable[int]) -> dict[str, int | float | None]:
    """Return how many values there are, their middle, and what nine of ten stay within.

    Units:
        values: days.
    """
    found = sorted(values)
    if not found:
        return {"count": 0, "median_days": None, "p90_days": None}
    ninth = found[ceil(0.9 * len(found)) - 1]
    return {"count": len(found), "median_days": median(found), "p90_days": ninth}


def _attrition() -> dict[str, int]:
    done = Activity.objects.filter(happened_on__isnull=False)
    return {
        name: done.filter(code__in=codes, occurrence=occurrence)
        .values("journey")
        .distinct()
        .count()
        for name, (codes, occurrence) in REACHED.items()
    }


def _outcomes() -> dict[str, Any]:
    infused = Activity.objects.filter(code="infusion", happened_on__isnull=False)
    ended = Journey.objects.filter(status=JourneyStatus.ENDED)
    return {
        "still_followed": Journey.objects.filter(status=JourneyStatus.ACTIVE).count(),
        "completed": Journey.objects.filter(status=JourneyStatus.COMPLETED).count(),
        "ended_before_infusion": _counted(
            ended.exclude(activities__in=infused).values_list("end_reason", flat=True)
        ),
        "ended_after_infusion": _counted(
            ended.filter(activities__in=infused).distinct().values_list("end_reason", "pk")
        ),
    }


def _appointments() -> dict[str, Any]:
    rows = Appointment.objects.all()
    cancelled = rows.filter(cancelled_at__isnull=False)
    return {
        "booked": rows.count(),
        "cancelled": _counted(cancelled.values_list("cancel_reason", flat=True)),
        "visits_recorded": Visit.objects.count(),
        "activities": _counted(Activity.objects.values_list("state", flat=True)),
        "slots": _counted(ManufacturingSlot.objects.values_list("state", flat=True)),
    }


def _changes() -> dict[str, Any]:
    again = Cycle.objects.filter(number__gt=1)
    return {
        "revisions": _counted(PlanRevision.objects.values_list("kind", flat=True)),
        "dates_changed": PlanChange.objects.count(),
        "moves": _counted(
            PlanRevision.objects.filter(kind="moved").values_list("reason", flat=True)
        ),
        "holds": _counted(Hold.objects.values_list("reason", flat=True)),
        "later_cycles": _counted(again.values_list("reason", flat=True)),
        "most_revisions_of_a_journey": max(
            Journey.objects.annotate(n=Count("revisions")).values_list("n", flat=True), default=0
        ),
    }


def _counted(values: Iterable[Any]) -> dict[str, int]:
    """Count words; of a row with more than a word the first counts."""
    words = (value[0] if isinstance(value, tuple) else value for value in values)
    return dict(sorted(Counter(str(word) for word in words).items()))
