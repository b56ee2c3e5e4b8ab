"""A centre's day as Today shows it: everything is asked at once, in one round trip."""

from dataclasses import dataclass
from datetime import datetime

from carttrack.prepared import Asked, Later, answers_and_later
from journeys.worklist.selectors.agenda import Agenda, agenda, asked_for_agenda
from journeys.worklist.selectors.attention import Attention, asked_for_late, attention
from journeys.worklist.selectors.dead_addresses import asked_for_dead, number_of_dead
from journeys.worklist.selectors.scope import Scope
from journeys.worklist.selectors.standstill import asked_for_standstill
from journeys.worklist.selectors.subjects import (
    AlertLine,
    alert_lines,
    asked_for_alert_subjects,
)
from journeys.worklist.selectors.sweeping import SweepHealth, sweep_health
from journeys.worklist.selectors.unconfirmed import asked_for_unconfirmed
from journeys.worklist.selectors.undelivered import Waiting, asked_for_subjects, waiting
from notifications.selectors import (
    asked_for_alerts,
    asked_for_sweep,
    asked_for_waiting,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What needs a hand, what is on, what did not arrive, and whether reminders are sent.

    `alerts` are what the person has to acknowledge, wherever it is about.
    """

    attention: Attention
    agenda: Agenda
    undelivered: Waiting
    sweep: SweepHealth
    alerts: tuple[AlertLine, ...]
    dead_addresses: str


def asked_for_day(scope: Scope, *, now: datetime) -> list[list[Asked]]:
    """Return the questions for the day of a centre, in two rounds.

    While the second is answered, the first is worked on.
    """
    return [
        [
            asked_for_standstill(scope),
            asked_for_late(scope),
            asked_for_unconfirmed(scope, now=now),
            asked_for_agenda(scope),
        ],
        [
            asked_for_waiting(scope.centre),
            asked_for_subjects(scope),
            asked_for_sweep(),
            asked_for_alerts(scope.user),
            asked_for_alert_subjects(scope.user),
            asked_for_dead(scope),
        ],
    ]


def day(scope: Scope, *, now: datetime) -> Day:
    """Return the day of a centre; it costs the same whatever the size of the centre."""
    _nothing, later = answers_and_later([], *asked_for_day(scope, now=now))
    return day_from(later, scope, now=now)


def day_from(later: Later, scope: Scope, *, now: datetime) -> Day:
    """Return the day that the answers to `asked_for_day` hold."""
    with later:
        still, late, unsettled, open_ = later.round()
        needs = attention(scope, still=still, late=late, unsettled=unsettled)
        plan = agenda(scope, open_=open_)
        messages, subjects, beats, mine, about, dead = later.round()
    return Day(
        attention=needs,
        agenda=plan,
        undelivered=waiting(messages, subjects),
        sweep=sweep_health(beats, now=now),
        alerts=alert_lines(mine, about),
        dead_addresses=number_of_dead(dead),
    )
