"""Two people at the same moment: threads that start together, and a ward with two of everybody."""

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, User
from carttrack.audit.selectors import verify_all
from journeys.planning.domain.states import EndReason
from journeys.planning.models import Activity, Journey
from journeys.planning.services import Refusal, book, end_journey, move
from tests.factories import CentreFactory, activity_of, centre_day, centre_now, journey_at, staff

ROUNDS = 4


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Let every call run in a thread of its own from the same moment; return what each gave."""
    ready = threading.Barrier(len(calls))
    outcomes: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            ready.wait()
            outcomes[place] = call()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return outcomes


def refusals(outcomes: Sequence[Any]) -> list[type]:
    """Return the kinds of what was refused."""
    return [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)]


class Ward:
    """A centre with two of everybody, and journeys to fight over."""

    def __init__(self) -> None:
        self.centre: Centre = CentreFactory()
        self.one, self.other = staff(self.centre), staff(self.centre)
        self.clinician = staff(self.centre, Role.CLINICIAN)
        self.today: date = centre_day(self.centre)
        self.now: datetime = centre_now(self.centre)

    @property
    def clock(self) -> dict[str, Any]:
        return {"today": self.today, "now": self.now}

    def journey(self, *, days_ago: int = 0) -> Journey:
        return journey_at(
            self.centre, coordinator=self.one, clinician=self.clinician, days_ago=days_ago
        )

    def booking(self, activity: Activity, by: User, days: int = 10) -> Callable[[], Any]:
        return partial(
            book,
            activity_uid=activity.uid,
            starts_at=self.now + timedelta(days=days),
            minutes=60,
            place="Room 4",
            by=by,
            **self.clock,
        )

    def ending(self, journey: Journey, reason: EndReason = EndReason.DEATH) -> Callable[[], Any]:
        return partial(
            end_journey,
            journey_uid=journey.uid,
            reason=reason,
            on=self.today,
            note="",
            by=self.other,
            **self.clock,
        )


def assert_whole(journey: Journey) -> None:
    """The plan, its revisions and the history agree."""
    journey.refresh_from_db()
    assert journey.plan_version == journey.revisions.count()
    assert not verify_all().breaks


def only_refusals(outcomes) -> list[type[Refusal]]:
    """Return the kinds of refusals; anything else that went wrong fails the test."""
    faults = [each for each in outcomes if isinstance(each, Exception)]
    assert all(isinstance(each, Refusal) for each in faults), faults
    return refusals(outcomes)


def moving(ward, journey, days=20, by=None, code="leukapheresis"):
    return partial(
        move,
        activity_uid=activity_of(journey, code).uid,
        to_on=ward.today + timedelta(days=days),
        reason="no_bed",
        by=by or ward.one,
        **ward.clock,
    )
