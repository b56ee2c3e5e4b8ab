"""What people do to a plan, each act valid unless a test says otherwise, and what it left alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.apps import apps

from journeys.planning.documents import protocol_from_document
from journeys.planning.domain.states import CycleReason, HoldReason, MoveReason
from journeys.planning.models import Activity, Journey, ProtocolVersion
from journeys.planning.services import (
    Outcome,
    Refusal,
    add_unscheduled,
    apply_rules,
    choose_track,
    close_without,
    migrate_journey,
    move,
    publish_protocol,
    put_on_hold,
    resume,
    start_cycle,
    undo_last,
)
from notifications.models import Reminder
from tests.planning.conftest import Team, at


def everything() -> dict[str, list[Any]]:
    """Return every row of every table."""
    return {
        model._meta.db_table: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
    }


@contextmanager
def refused(refusal: type[Refusal], sentence: str) -> Iterator[None]:
    """Expect a refusal that says `sentence` and changes nothing anywhere."""
    before = everything()
    with pytest.raises(refusal) as raised:
        yield
    assert sentence in raised.value.sentence
    assert everything() == before


def hold(team: Team, journey: Journey, today: date, **changes: Any) -> Outcome:
    arguments = {
        "journey_uid": journey.uid,
        "reason": HoldReason.INFECTION,
        "from_on": today,
        "expected_on": None,
        "by": team.coordinator,
        "today": today,
        "now": at(today),
    }
    return put_on_hold(**(arguments | changes))


def go_on(team: Team, journey: Journey, today: date, **changes: Any) -> Outcome:
    arguments = {
        "journey_uid": journey.uid,
        "on": today,
        "by": team.coordinator,
        "today": today,
        "now": at(today, 10),
    }
    return resume(**(arguments | changes))


def begin_again(team: Team, journey: Journey, today: date, **changes: Any) -> Outcome:
    arguments = {
        "journey_uid": journey.uid,
        "reason": CycleReason.MANUFACTURING_FAILURE,
        "from_stage": "leukapheresis",
        "on": today,
        "by": team.clinician,
        "today": today,
        "now": at(today),
    }
    return start_cycle(**(arguments | changes))


def shift(team: Team, activity: Activity, to_on: date, today: date, **changes: Any) -> Outcome:
    arguments = {
        "activity_uid": activity.uid,
        "to_on": to_on,
        "reason": MoveReason.PRODUCT_LATE,
        "by": team.coordinator,
        "today": today,
        "now": at(today),
    }
    return move(**(arguments | changes))


def close(team: Team, activity: Activity, state: str, today: date, **changes: Any) -> Outcome:
    arguments = {
        "activity_uid": activity.uid,
        "state": state,
        "reason": "Did not come",
        "by": team.clinician,
        "today": today,
        "now": at(today),
    }
    return close_without(**(arguments | changes))


def undo(team: Team, journey: Journey, today: date, **changes: Any) -> Outcome:
    """Take the last revision back, an hour later than other acts."""
    journey.refresh_from_db()
    arguments = {
        "journey_uid": journey.uid,
        "number": journey.plan_version,
        "by": team.coordinator,
        "today": today,
        "now": at(today, 11),
    }
    return undo_last(**(arguments | changes))


def ask_between(team: Team, journey: Journey, on: date, today: date, **changes: Any) -> Outcome:
    """Add an unscheduled visit."""
    arguments = {
        "journey_uid": journey.uid,
        "title": "Wound check",
        "on": on,
        "by": team.coordinator,
        "today": today,
        "now": at(today),
    }
    return add_unscheduled(**(arguments | changes))


def come_between(team: Team, journey: Journey, on: date, today: date, **changes: Any) -> Activity:
    """Add an unscheduled visit and return it."""
    visit = ask_between(team, journey, on, today, **changes).revision.activity
    assert visit is not None
    return visit


def version_after(version: ProtocolVersion, **changes: Any) -> ProtocolVersion:
    """Publish the next version of a protocol, its document changed."""
    document = version.document | {"version": version.number + 1} | changes
    found, _ = publish_protocol(
        protocol=protocol_from_document(document), document=document, now=version.published_at
    )
    return found


def days(journey: Journey, **filters: Any) -> dict[str, tuple[Any, ...]]:
    """Return every activity's four days by its point, in the latest cycle."""
    cycle = journey.cycles.latest("number")
    return {
        row.point: (row.target_on, row.opens_on, row.closes_on, row.chosen_on)
        for row in cycle.activities.filter(**filters)
    }


def latest(journey: Journey, code: str, occurrence: int = 1) -> Activity:
    """Return an activity of the latest cycle."""
    cycle = journey.cycles.latest("number")
    return cycle.activities.select_related("journey").get(code=code, occurrence=occurrence)


def told(journey: Journey) -> int:
    """Return how often the patient was told that a booking has changed."""
    return Reminder.objects.filter(thread__uid=journey.uid, kind="plan_changed").count()


def waiting(journey: Journey) -> set[str]:
    """Return the codes of what still has reminders to send."""
    live = Reminder.objects.live().filter(thread__uid=journey.uid, is_planned=True)
    uids = live.values_list("topic__uid", flat=True)
    return set(Activity.objects.filter(uid__in=uids).values_list("code", flat=True))


def migrate(
    team: Team, journey: Journey, version: ProtocolVersion, today: date, **changes: Any
) -> Outcome:
    """Let the journey follow another version."""
    arguments: dict[str, Any] = {
        "journey_uid": journey.uid,
        "version": version,
        "reason": "New version of the centre",
        "by": team.coordinator,
        "today": today,
        "now": at(today),
    }
    return migrate_journey(**(arguments | changes))


def follow(team: Team, journey: Journey, track: str, today: date, **changes: Any) -> Outcome:
    """Choose another follow-up."""
    arguments: dict[str, Any] = {
        "journey_uid": journey.uid,
        "track": track,
        "reason": "Another hospital follows",
        "by": team.clinician,
        "today": today,
        "now": at(today),
    }
    return choose_track(**(arguments | changes))


def rules(
    team: Team, journey: Journey, today: date, *, tell_patient: bool = False, **changes: Any
) -> Outcome:
    """Plan the journey under the label rules on file."""
    arguments: dict[str, Any] = {
        "journey_uid": journey.uid,
        "tell_patient": tell_patient,
        "by": team.coordinator,
        "today": today,
        "now": at(today),
    }
    return apply_rules(**(arguments | changes))
