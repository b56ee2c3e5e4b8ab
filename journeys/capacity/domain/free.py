"""The times at which something could begin, between what is open and what is taken."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from journeys.capacity.domain.stays import Span

STEP = timedelta(minutes=30)


def free_starts(
    open_spans: Iterable[Span],
    taken: Sequence[Span],
    *,
    minutes: int,
    not_before: datetime,
    step: timedelta = STEP,
) -> list[datetime]:
    """Return when something of `minutes` could begin, in steps from each opening.

    What ends at an odd minute leaves its end as a start too, so that no gap is wasted.
    """
    length = timedelta(minutes=minutes)
    starts: set[datetime] = set()
    for span in open_spans:
        begins = {each.ends_at for each in taken if span.starts_at < each.ends_at < span.ends_at}
        at = span.starts_at
        while at + length <= span.ends_at:
            begins.add(at)
            at += step
        starts |= {
            at for at in begins if at + length <= span.ends_at and _is_free(at, length, taken)
        }
    return sorted(at for at in starts if at > not_before)


def is_free(wanted: Span, taken: Iterable[Span]) -> bool:
    """Tell whether nothing that is taken overlaps what is wanted."""
    return not any(wanted.overlaps(span) for span in taken)


def _is_free(at: datetime, length: timedelta, taken: Iterable[Span]) -> bool:
    return is_free(Span(at, at + length), taken)
