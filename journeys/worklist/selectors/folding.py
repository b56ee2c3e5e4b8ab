"""Long runs of the same quiet activity, folded into one line of the timeline."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from carttrack.ui.bars import Scale, scale_of
from journeys.planning.selectors.timeline import TimelineRow, TimelineStage

FOLD_FROM = 4
OVER = frozenset({"done", "cancelled"})
LOUD_MARKS = frozenset({"at_risk", "booked", "missed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Rows that follow each other; a folded run shows its mark and its first and last day."""

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
    scale: Scale | None

    @property
    def is_open(self) -> bool:
        """Tell whether the stage stands open: it is not over, or left something undone."""
        return self.stage.mark not in OVER or self.overdue > 0

    @property
    def can_wait(self) -> bool:
        """Tell whether the stage may be loaded as it is opened: all of it was done."""
        rows = self.stage.rows
        return self.stage.mark in OVER and bool(rows) and all(row.mark == "done" for row in rows)

    @property
    def overdue(self) -> int:
        """Return how many of its rows are overdue."""
        return sum(1 for row in self.stage.rows if row.mark == "overdue")


def folded(
    stages: Iterable[TimelineStage], *, today: date, pauses: Iterable[tuple[date, date]] = ()
) -> tuple[FoldedStage, ...]:
    """Return the stages with runs of four or more alike folded.

    What is due, booked, at risk or missed stands by itself; the rows of a run share one mark. The
    bars of all stages but the last share a scale, so that they show what follows what.
    """
    stages, held = tuple(stages), tuple(pauses)
    near = [row for stage in stages[:-1] for row in stage.rows]
    shared = scale_of(_days(near), today=today, pauses=held)
    return tuple(
        FoldedStage(
            stage=stage,
            runs=tuple(_runs(stage.rows)),
            scale=shared if stage is not stages[-1] else _years(stage, today=today),
        )
        for stage in stages
    )


def _years(stage: TimelineStage, *, today: date) -> Scale | None:
    """Return the scale of the last stage, whose years would press all other days together."""
    return scale_of(_days(stage.rows), today=today)


def _days(rows: Iterable[TimelineRow]) -> Iterator[date | None]:
    for row in rows:
        yield from (row.opens_on, row.closes_on, row.day)


def _runs(rows: Iterable[TimelineRow]) -> Iterator[Run]:
    for (is_quiet, _code, _mark), found in groupby(rows, key=_kind):
        run = tuple(found)
        yield Run(rows=run, is_folded=is_quiet and len(run) >= FOLD_FROM)


def _kind(row: TimelineRow) -> tuple[bool, str, str]:
    is_quiet = row.mark not in LOUD_MARKS and not row.is_due
    return is_quiet, row.code, row.mark
