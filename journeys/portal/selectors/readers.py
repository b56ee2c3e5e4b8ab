"""Who opened a patient's record, for the patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.db.models.functions import TruncDate

from carttrack.audit.domain import ReadHow
from carttrack.audit.labels import READ_HOW_LABELS
from carttrack.audit.selectors import reads_of
from journeys.patients.models import Patient

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who saw the record on a day, in one way."""

    name: str
    on: date
    how: str
    times: int


def readers(patient: Patient, *, zone: ZoneInfo, page: str) -> tuple["Page[Any]", Sequence[Reader]]:
    """Return a page of who saw the record, newest day first, without the patient's own visits."""
    days = (
        reads_of(patient.uid)
        .exclude(reader=patient.user)
        .values("reader__name", "how", on=TruncDate("at", tzinfo=zone))
        .annotate(times=Count("pk"))
        .order_by("-on", "reader__name", "how")
    )
    found: Page[Any] = Paginator(days, PAGE_SIZE).get_page(page)
    rows = [
        Reader(
            name=row["reader__name"],
            on=row["on"],
            how=str(READ_HOW_LABELS[ReadHow(row["how"])]),
            times=row["times"],
        )
        for row in found
    ]
    return found, rows
