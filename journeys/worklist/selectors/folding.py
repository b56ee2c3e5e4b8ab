"""Long runs of the same quiet activity, folded into one line of the timeline."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from journeys.planning.selectors.timeline import TimelineRow, TimelineStage

FOLD_FROM = 4
LOUD_MARKS = frozenset({"overdue", "at_risk", "booked", "missed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Rows that follow each other; a folded run shows its first and last day only."""

    rows: tuple[TimelineRow, ...]
    is_folded: bool

    @property
    def first(self) -> TimelineRow:
        """Return the first row."""
        return self.rows[0]

    @property
    def last(self) -> TimelineRow:
        """Return the last row."""
        return self.rows[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedStage:
    """One stage with its rows in runs."""

    stage: TimelineStage
    runs: tuple[Run, ...]


def folded(stages: Iterable[TimelineStage]) -> tuple[FoldedStage, ...]:
    """Return the stages with runs of four or more alike folded.

    A row that somebody has to look at is never folded: what is due, booked, overdue, at risk or
    missed stands by itself.
    """
    return tuple(FoldedStage(stage=stage, runs=tuple(_runs(stage.rows))) for stage in stages)


def _runs(rows: Iterable[TimelineRow]) -> Iterator[Run]:
    for (is_quiet, _code, _mark), found in groupby(rows, key=_kind):
        run = tuple(found)
        yield Run(rows=run, is_folded=is_quiet and len(run) >= FOLD_FROM)


def _kind(row: TimelineRow) -> tuple[bool, str, str]:
    is_quiet = row.mark not in LOUD_MARKS and not row.is_due
    return is_quiet, row.code, row.mark
