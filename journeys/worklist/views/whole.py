"""What the page of one journey shows: the timeline, what can be done, and everything beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from carttrack.prepared import Asked, Rows, answers
from carttrack.ui.ruler import Pause
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.selectors.answers import questions_asked, questions_from
from journeys.planning.selectors.bad_news import asked_for_news, news_from
from journeys.planning.selectors.reading import asked_of
from journeys.planning.selectors.timeline import Timeline, timeline, timeline_from
from journeys.planning.selectors.wording import words
from journeys.planning.services import is_undoable
from journeys.planning.workspace import centre_today, protocol_of
from journeys.worklist.access import Case
from journeys.worklist.selectors.cycles import CycleTab, cycle_tabs, may_rehearse
from journeys.worklist.selectors.folding import folded
from journeys.worklist.selectors.gates import gates_at
from journeys.worklist.selectors.holds import hold_notes, live_note, pauses_of
from journeys.worklist.selectors.journeys import (
    conflict_notes,
    may_undo,
    restrictions_ahead,
    stage_axis,
)
from journeys.worklist.selectors.latest import latest_revisions, revisions_asked
from journeys.worklist.selectors.messages import JourneyMessages, message_lines
from journeys.worklist.selectors.patients import product_name
from notifications.selectors.threads import messages_asked, messages_from

STANDING = ("now", "next")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What of a journey somebody asked for: as it was known then, an earlier cycle, every date."""

    known_at: datetime | None = None
    cycle: int | None = None
    is_whole: bool = False


def asked_for_whole(journey_uid: UUID, *, today: date) -> list[Asked]:
    """Return what `whole` needs where nothing but the journey is asked for."""
    timeline_asked = asked_of(journey_uid, today=today)
    return [*timeline_asked, *_asked_beside(journey_uid), questions_asked(journey_uid)]


def _asked_beside(journey_uid: UUID, known_at: datetime | None = None) -> list[Asked]:
    return [
        revisions_asked(journey_uid, known_at=known_at),
        messages_asked(thread_uid=journey_uid),
        asked_for_news(journey_uid),
    ]


def whole(case: Case, wish: Wish, found: list[Rows]) -> dict[str, Any]:
    """Return the context of the journey page; `found` answers `asked_for_whole`, or is empty.

    What was known earlier, an earlier cycle and a journey that has ended can be read and no more.

    Raises:
        Journey.DoesNotExist: it had not begun then, or has no such cycle.
    """
    known_at, journey = wish.known_at, case.journey
    if wish == Wish():
        found = found or answers(*asked_for_whole(journey.uid, today=case.today))
        latest, nearest, *rows = found
        shown = timeline_from(journey, latest, nearest, today=case.today)
    else:
        shown, rows = _other(case, wish), answers(*_asked_beside(journey.uid, known_at))
    today = day_of(case, known_at)
    tabs = _tabs(case, shown, wish)
    is_latest = not tabs or tabs[-1].is_current
    is_active = case.journey.status == JourneyStatus.ACTIVE and known_at is None and is_latest
    holds = hold_notes(shown.holds, today=today)
    pauses = pauses_of(holds, today=today)
    loads_later = known_at is None and is_latest and not wish.is_whole
    return {
        "today": today,
        "known_at": known_at,
        "timeline": shown,
        "standing": next((row for row in shown.stages if row.mark in STANDING), None),
        "stages": stage_parts(
            case, shown, pauses, today=today, is_now=known_at is None, loads_later=loads_later
        ),
        "loads_later": loads_later,
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
        "news": news_from(rows[2]) if known_at is None else None,
        "messages_of_plan": _messages(case, shown, rows[1]) if known_at is None else None,
        "questions": questions_from(rows[3]) if wish == Wish() else {},
        **_revisions(case, rows[0], is_active=is_active),
    }


def _other(case: Case, wish: Wish) -> Timeline:
    return timeline(
        case.journey.uid,
        today=day_of(case, wish.known_at),
        known_at=wish.known_at,
        cycle=wish.cycle,
        is_whole=wish.is_whole,
    )


def _tabs(case: Case, shown: Timeline, wish: Wish) -> tuple[CycleTab, ...]:
    """Return the cycles to choose from; a journey in its first one has no others."""
    is_only = wish.cycle is None and shown.cycle.number == 1
    if wish.known_at is not None or is_only:
        return ()
    return cycle_tabs(case.journey, shown=shown.cycle.number)


def _messages(case: Case, shown: Timeline, rows: Rows) -> JourneyMessages:
    titles = {row.uid: row.title for row in (*shown.rows, *shown.restrictions)}
    return message_lines(case.journey, messages_from(rows), titles=titles)


def day_of(case: Case, known_at: datetime | None) -> date:
    """Return the day on which the journey is looked at: today, or the day of the earlier time."""
    return centre_today(case.centre, now=known_at) if known_at else case.today


def stage_parts(
    case: Case,
    shown: Timeline,
    pauses: Iterable[Pause],
    *,
    today: date,
    is_now: bool,
    loads_later: bool,
    only: str = "",
) -> list[dict[str, Any]]:
    """Return the stages, each with its gate; what was checked earlier is not known any more.

    With `loads_later` those that are over only wait to be opened. `only` names one stage.
    """
    spans = [(pause.start, pause.until) for pause in pauses]
    parts = folded(shown.stages, today=today, pauses=spans)
    parts = tuple(part for part in parts if only in ("", part.stage.code))
    waiting = {part.stage.code for part in parts if loads_later and part.can_wait}
    roles = case.desk.roles.get(case.centre.pk, frozenset())
    open_codes = {part.stage.code for part in parts} - waiting
    gates = gates_at(open_codes, shown.cycle, roles=roles) if is_now else {}
    return [
        {
            "folded": part,
            "waits": part.stage.code in waiting,
            "gate": gates.get(part.stage.code, ()) if part.stage.mark != "cancelled" else (),
        }
        for part in parts
    ]


def _revisions(case: Case, rows: Rows, *, is_active: bool) -> dict[str, Any]:
    found = latest_revisions(rows)
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
