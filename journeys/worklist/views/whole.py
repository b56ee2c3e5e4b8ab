"""What the page of one journey shows: the timeline, what can be done, and everything beside it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from carttrack.ui.ruler import Pause
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.selectors.timeline import Timeline, words
from journeys.planning.services import is_undoable
from journeys.planning.workspace import centre_today, protocol_of
from journeys.worklist.access import Case
from journeys.worklist.selectors.cycles import cycle_tabs, may_rehearse
from journeys.worklist.selectors.folding import folded
from journeys.worklist.selectors.gates import gates_of
from journeys.worklist.selectors.holds import hold_notes, live_note, pauses_of
from journeys.worklist.selectors.journeys import (
    conflict_notes,
    may_undo,
    restrictions_ahead,
    stage_axis,
)
from journeys.worklist.selectors.latest import latest_revisions
from journeys.worklist.selectors.messages import message_lines
from journeys.worklist.selectors.patients import product_name

STANDING = ("now", "next")


def whole(case: Case, shown: Timeline, *, known_at: datetime | None) -> dict[str, Any]:
    """Return the context of the journey page.

    What was known earlier, an earlier cycle and a journey that has ended can be read and no more.
    """
    today = day_of(case, known_at)
    tabs = cycle_tabs(case.journey, shown=shown.cycle.number) if known_at is None else ()
    is_latest = not tabs or tabs[-1].is_current
    is_active = case.journey.status == JourneyStatus.ACTIVE and known_at is None and is_latest
    holds = hold_notes(shown.holds, today=today)
    pauses = pauses_of(holds, today=today)
    titles = {row.uid: row.title for row in (*shown.rows, *shown.restrictions)}
    return {
        "today": today,
        "timeline": shown,
        "standing": next((row for row in shown.stages if row.mark in STANDING), None),
        "stages": _stages(case, shown, pauses, today=today, is_now=known_at is None),
        "restrictions": restrictions_ahead(shown, today=today),
        "conflicts": conflict_notes(shown),
        "axis": stage_axis(shown, today=today),
        "pauses": pauses,
        "holds": holds,
        "hold": live_note(holds),
        "tabs": tabs,
        "product": product_name(shown.journey),
        "track": _track(shown),
        "is_active": is_active,
        "is_latest": is_latest,
        "may_rehearse": is_active
        and case.may_schedule
        and live_note(holds) is None
        and may_rehearse(shown),
        "messages_of_plan": message_lines(case.journey, titles=titles)
        if known_at is None
        else None,
        **_revisions(case, titles, known_at=known_at, is_active=is_active),
    }


def day_of(case: Case, known_at: datetime | None) -> date:
    """Return the day on which the journey is looked at: today, or the day of the earlier time."""
    return centre_today(case.centre, now=known_at) if known_at else case.today


def _stages(
    case: Case, shown: Timeline, pauses: Iterable[Pause], *, today: date, is_now: bool
) -> list[dict[str, Any]]:
    """Return the stages, each with its gate; what was checked earlier is not known any more."""
    roles = case.desk.roles.get(case.centre.pk, frozenset())
    gates = gates_of(shown.cycle, roles=roles) if is_now else {}
    spans = [(pause.start, pause.until) for pause in pauses]
    return [
        {"folded": stage, "gate": gates.get(stage.stage.code, ())}
        for stage in folded(shown.stages, today=today, pauses=spans)
    ]


def _revisions(
    case: Case, titles: Mapping[UUID, str], *, known_at: datetime | None, is_active: bool
) -> dict[str, Any]:
    found = latest_revisions(case.journey, known_at=known_at, titles=titles)
    is_theirs = case.may_record and may_undo(found.last_kind, may_schedule=case.may_schedule)
    may_take_back = (
        is_active
        and is_theirs
        and is_undoable(case.journey, kind=found.last_kind, number=found.last_number)
    )
    return {
        "revisions": found.lines,
        "has_more_revisions": found.has_more,
        "undoable": found.last_number if may_take_back else None,
    }


def _track(shown: Timeline) -> str:
    """Return the follow-up the patient has, where the protocol offers several."""
    tracks = protocol_of(shown.cycle.protocol_version).tracks
    if len(tracks) < 2:  # noqa: PLR2004 - one way is no choice
        return ""
    named = {track.code: words(track.title) for track in tracks}
    return named.get(shown.journey.track) or words(tracks[0].title)
