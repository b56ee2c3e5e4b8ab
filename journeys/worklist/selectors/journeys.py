"""What the page of one journey shows beside its timeline."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from carttrack.ui.ruler import RulerWindow
from journeys.planning.domain.plan import Conflict
from journeys.planning.domain.protocol import Point, point_of
from journeys.planning.domain.records import conflict_from_record
from journeys.planning.domain.replan import Dates
from journeys.planning.domain.states import RevisionKind
from journeys.planning.labels import conflict_message
from journeys.planning.models import Journey, PlanChange, PlanRevision
from journeys.planning.selectors.previews import DateLine
from journeys.planning.selectors.timeline import Timeline, TimelineRow, TimelineStage
from journeys.planning.selectors.wording import point_titles, title_of
from journeys.planning.state_labels import (
    CYCLE_REASON_LABELS,
    END_REASON_LABELS,
    HOLD_REASON_LABELS,
    MOVE_REASON_LABELS,
    REVISION_KIND_LABELS,
)
from journeys.planning.workspace import protocol_of

MARGIN = timedelta(days=7)
A_SECOND = timedelta(seconds=1)
DATE_KEYS = ("target", "opens", "closes", "chosen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """The windows of a journey and the days between which they are drawn."""

    windows: tuple[RulerWindow, ...]
    start: date
    end: date
    day_0: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictNote:
    """Something that does not fit, and the days that would; `row` is what to move."""

    sentence: str
    row: TimelineRow | None
    nearest: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionLine:
    """One change of the plan in the list of revisions."""

    number: int
    title: str
    about: str
    reason: str
    note: str
    made_by: str
    made_at: Any
    known_at: str  # just after it was made, as the address of the page has it
    changes: int


def stage_axis(shown: Timeline, *, today: date) -> Axis:
    """Return the stages as windows for a ruler of a few lines; one that is on reaches today."""
    windows = tuple(
        RulerWindow(
            row=stage.title,
            label=stage.title,
            opens=stage.starts_on,
            closes=max(stage.starts_on, stage.ends_on or _so_far(stage, today)),
            state=stage.mark,
        )
        for stage in shown.stages
        if stage.starts_on
    )
    return _axis(shown, windows, today=today)


def _so_far(stage: TimelineStage, today: date) -> date:
    return today if stage.mark == "now" else date.min


def axis(shown: Timeline, *, today: date) -> Axis:
    """Return the windows for the ruler; occurrences of one activity share a line."""
    return _axis(shown, tuple(_windows(shown)), today=today)


def _axis(shown: Timeline, windows: tuple[RulerWindow, ...], *, today: date) -> Axis:
    starts = [window.opens for window in windows] + [shown.journey.started_on]
    ends = [window.closes for window in windows] + [shown.journey.started_on]
    if shown.holds:  # what stands still has no day; the axis shows for how long
        ends.append(today)
    infusion = next((row for row in shown.rows if row.code == "infusion"), None)
    return Axis(
        windows=windows,
        start=min(starts) - MARGIN,
        end=max(ends) + MARGIN,
        day_0=infusion.day if infusion else None,
    )


def _windows(shown: Timeline) -> Iterator[RulerWindow]:
    protocol = protocol_of(shown.journey.protocol_version)
    titles = point_titles(protocol)
    for row in (*shown.rows, *shown.restrictions):
        if row.day is None or row.opens_on is None or row.closes_on is None:
            continue
        day = row.happened_on
        yield RulerWindow(
            row=titles.get(row.code, row.title),
            label=row.title,
            opens=day or row.opens_on,
            closes=day or row.closes_on,
            on=row.day,
            state=row.mark,
        )


def restrictions_ahead(shown: Timeline, *, today: date) -> tuple[TimelineRow, ...]:
    """Return the restrictions that still hold, or will, with the days on which they end."""
    return tuple(
        row for row in shown.restrictions if row.is_open and (row.day is None or row.day >= today)
    )


def conflict_notes(shown: Timeline) -> tuple[ConflictNote, ...]:
    """Return what does not fit, with what to move and the nearest days that would do.

    A window that only passed is left out: it stands in the timeline as overdue. So is what happened
    outside its window: nobody can move it any more.
    """
    if not shown.cycle.conflicts:
        return ()
    titles = point_titles(protocol_of(shown.journey.protocol_version))
    rows = {point_of(row.code, row.occurrence): row for row in shown.rows}
    conflicts = [conflict_from_record(record) for record in shown.cycle.conflicts]
    return tuple(
        _conflict_note(conflict, titles, rows) for conflict in conflicts if conflict.asks_for_a_date
    )


def _conflict_note(
    conflict: Conflict, titles: Mapping[Point, str], rows: dict[Point, TimelineRow]
) -> ConflictNote:
    return ConflictNote(
        sentence=conflict_message(conflict, titles),
        row=rows.get(conflict.point),
        nearest=conflict.nearest,
    )


def revisions_of(journey: Journey) -> QuerySet[PlanRevision]:
    """Return the revisions, newest first, each with the number of dates it changed."""
    return (
        journey.revisions.select_related(
            "made_by", "activity__journey__protocol_version", "activity__cycle"
        )
        .defer("activity__journey__protocol_version__document", "activity__why")
        .annotate(changes_count=Count("changes"))
        .order_by("-number")
    )


def revision_line(revision: PlanRevision) -> RevisionLine:
    """Return a revision in words."""
    return RevisionLine(
        number=revision.number,
        title=str(REVISION_KIND_LABELS[RevisionKind(revision.kind)]),
        about=title_of(revision.activity) if revision.activity else "",
        reason=reason_word(revision.reason),
        note=revision.note,
        made_by=revision.made_by.name if revision.made_by else _("the system"),
        made_at=revision.made_at,
        known_at=known_address(revision.made_at),
        changes=getattr(revision, "changes_count", 0),
    )


def known_address(made_at: datetime) -> str:
    """Return the instant just after a change, as the address of the page has it.

    It is UTC, because a local time of the repeated hour would mean two instants.
    """
    return f"{made_at.astimezone(UTC) + A_SECOND:%Y-%m-%dT%H:%M:%SZ}"


def may_undo(kind: str, *, may_schedule: bool) -> bool:
    """Tell whether a person may take a revision back: what happened, or as a scheduler anything."""
    return may_schedule or kind in (RevisionKind.RECORDED, RevisionKind.CLOSED)


def change_lines(revision: PlanRevision) -> tuple[DateLine, ...]:
    """Return every date that a revision changed, in the order of the new days."""
    changes = revision.changes.select_related(
        "activity__journey__protocol_version", "activity__cycle"
    ).defer("activity__journey__protocol_version__document", "activity__why")
    lines = [_change_line(change) for change in changes]
    return tuple(sorted(lines, key=lambda line: line.day or date.max))


def reason_word(code: str) -> str:
    """Return the words of a coded reason of a change."""
    known = {
        str(key): label
        for labels in (
            HOLD_REASON_LABELS,
            CYCLE_REASON_LABELS,
            MOVE_REASON_LABELS,
            END_REASON_LABELS,
        )
        for key, label in labels.items()
    }
    return str(known.get(code, code))


def _change_line(change: PlanChange) -> DateLine:
    return DateLine(
        title=title_of(change.activity),
        before=_dates(change.before),
        after=_dates(change.after),
    )


def _dates(record: dict[str, str | None] | None) -> Dates | None:
    if record is None:
        return None
    found = {key: _date(record.get(key)) for key in DATE_KEYS}
    return Dates(**found)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
