"""A centre's day as Today shows it: everything is asked at once, in one round trip."""

from dataclasses import dataclass
from datetime import datetime

from carttrack.prepared import Rows, answers_in_turn
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


def day(scope: Scope, *, now: datetime) -> Day:
    """Return the day of a centre; it costs the same whatever the size of the centre."""

    def noted(still: Rows, late: Rows, unsettled: Rows, open_: Rows) -> tuple[Attention, Agenda]:
        return attention(scope, still=still, late=late, unsettled=unsettled), agenda(
            scope, open_=open_
        )

    (needs, plan), (messages, subjects, beats, mine, about, dead) = answers_in_turn(
        [
            asked_for_standstill(scope),
            asked_for_late(scope),
            asked_for_unconfirmed(scope, now=now),
            asked_for_agenda(scope),
        ],
        noted,
        [
            asked_for_waiting(scope.centre),
            asked_for_subjects(scope),
            asked_for_sweep(),
            asked_for_alerts(scope.user),
            asked_for_alert_subjects(scope.user),
            asked_for_dead(scope),
        ],
    )
    return Day(
        attention=needs,
        agenda=plan,
        undelivered=waiting(messages, subjects),
        sweep=sweep_health(beats, now=now),
        alerts=alert_lines(mine, about),
        dead_addresses=number_of_dead(dead),
    )
