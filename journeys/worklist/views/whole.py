"""What the page of one journey shows: the timeline, what can be done, and everything beside it."""

from datetime import datetime
from typing import Any

from journeys.planning.domain.states import JourneyStatus
from journeys.planning.selectors.timeline import Timeline, words
from journeys.planning.services import last_undoable
from journeys.planning.workspace import protocol_of
from journeys.worklist.access import Case
from journeys.worklist.selectors.cycles import cycle_tabs, may_rehearse
from journeys.worklist.selectors.folding import folded
from journeys.worklist.selectors.gates import gates_of
from journeys.worklist.selectors.holds import hold_notes, live_note, pauses_of
from journeys.worklist.selectors.journeys import (
    LATEST_REVISIONS,
    conflict_notes,
    may_undo,
    restrictions_ahead,
    revision_line,
    revisions_of,
    stage_axis,
)
from journeys.worklist.selectors.messages import message_lines
from journeys.worklist.selectors.patients import product_name

STANDING = ("now", "next")


def whole(case: Case, shown: Timeline, *, known_at: datetime | None) -> dict[str, Any]:
    """Return the context of the journey page.

    What was known earlier, an earlier cycle and a journey that has ended can be read and no more.
    """
    tabs = cycle_tabs(case.journey, shown=shown.cycle.number)
    is_latest = tabs[-1].number == shown.cycle.number
    is_active = case.journey.status == JourneyStatus.ACTIVE and known_at is None and is_latest
    holds = hold_notes(shown.holds, today=case.today)
    pauses = pauses_of(holds, today=case.today)
    titles = {row.uid: row.title for row in (*shown.rows, *shown.restrictions)}
    return {
        "timeline": shown,
        "standing": next((row for row in shown.stages if row.mark in STANDING), None),
        "stages": _stages(case, shown, pauses, is_now=known_at is None),
        "restrictions": restrictions_ahead(shown, today=case.today),
        "conflicts": conflict_notes(shown),
        "axis": stage_axis(shown, today=case.today),
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
        **_revisions(case, known_at=known_at, is_active=is_active),
    }


def _stages(case: Case, shown: Timeline, pauses: Any, *, is_now: bool) -> list[dict[str, Any]]:
    """Return the stages, each with its gate; what was checked earlier is not known any more."""
    roles = case.desk.roles.get(case.centre.pk, frozenset())
    gates = gates_of(shown.cycle, roles=roles) if is_now else {}
    spans = [(pause.start, pause.until) for pause in pauses]
    return [
        {"folded": stage, "gate": gates.get(stage.stage.code, ())}
        for stage in folded(shown.stages, today=case.today, pauses=spans)
    ]


def _revisions(case: Case, *, known_at: datetime | None, is_active: bool) -> dict[str, Any]:
    found = revisions_of(case.journey)
    if known_at is not None:
        found = found.filter(made_at__lte=known_at)
    rows = list(found[: LATEST_REVISIONS + 1])
    last = last_undoable(case.journey) if is_active and case.may_record else None
    undoable = last if last and may_undo(last, may_schedule=case.may_schedule) else None
    return {
        "revisions": [revision_line(row) for row in rows[:LATEST_REVISIONS]],
        "has_more_revisions": len(rows) > LATEST_REVISIONS,
        "undoable": undoable.number if undoable else None,
    }


def _track(shown: Timeline) -> str:
    """Return the follow-up the patient has, where the protocol offers several."""
    tracks = protocol_of(shown.cycle.protocol_version).tracks
    if len(tracks) < 2:  # noqa: PLR2004 - one way is no choice
        return ""
    named = {track.code: words(track.title) for track in tracks}
    return named.get(shown.journey.track) or words(tracks[0].title)
