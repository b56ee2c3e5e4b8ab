"""The simulated wire fails in every way a channel can, and keeps what arrived."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from carttrack.simulation.odds import Odds
from carttrack.simulation.wire import (
    TROUBLES,
    Outage,
    Wire,
    WorkerDied,
    draw_outages,
    simulated_channels,
)
from notifications.channels import CHANNELS, channel_named
from notifications.channels.base import ChannelDown
from notifications.domain.message import Message, Result

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
QUIET = dict.fromkeys((*TROUBLES, "lost_after_all"), 0.0)


def wire(outages=(), seed=1, **odds):
    return Wire(seed=seed, odds=Odds(**{**QUIET, **odds}), outages=outages)


def message(address="a@simulated.invalid"):
    return Message(uid=uuid4(), recipient_id=1, address=address, subject="News", body="Sign in.")


def send(line, mail=None, channel="email"):
    return line.take(mail or message(), channel=channel, now=NOON)


def test_a_quiet_wire_takes_everything():
    line, mail = wire(), message()

    assert send(line, mail).result is Result.SENT
    assert [(arrival.uid, arrival.is_told) for arrival in line.arrivals] == [(mail.uid, True)]


@pytest.mark.parametrize(
    ("trouble", "result"),
    [
        ("busy", Result.AGAIN),
        ("try_later", Result.AGAIN),
        ("cut_before_the_dot", Result.AGAIN),
        ("refused_for_its_content", Result.REFUSED),
    ],
)
def test_what_was_surely_not_taken_does_not_arrive(trouble, result):
    line = wire(**{trouble: 1.0})

    assert send(line).result is result
    assert not line.arrivals


def test_a_lost_reply_leaves_in_doubt_what_arrives_as_often_as_not():
    line = wire(reply_lost=1.0)

    results = {send(line).result for _ in range(100)}

    assert results == {Result.UNKNOWN}
    assert 20 < len(line.arrivals) < 80
    assert not any(arrival.is_told for arrival in line.arrivals)


@pytest.mark.parametrize(
    ("trouble", "arrived"), [("worker_dies_before_the_wire", 0), ("worker_dies_after_the_wire", 1)]
)
def test_a_worker_dies_on_either_side_of_the_wire(trouble, arrived):
    line = wire(**{trouble: 1.0})

    with pytest.raises(WorkerDied):
        send(line)

    assert len(line.arrivals) == arrived


def test_a_dead_address_bounces_whatever_the_odds():
    line = wire()
    line.dead.add("a@simulated.invalid")

    outcome = send(line)

    assert (outcome.result, outcome.reason) == (Result.REFUSED, "bounced")


def test_what_was_taken_and_lost_is_reported_and_did_not_arrive():
    line = wire(lost_after_all=1.0)

    assert send(line).result is Result.SENT

    assert not line.arrivals
    assert [report.is_failure for report in line.reports] == [True]


def test_only_text_messages_report_that_they_arrived():
    line = wire(arrival_is_reported=1.0)

    send(line, channel="email")
    assert not line.reports

    send(line, channel="sms")
    assert [report.is_failure for report in line.reports] == [False]


def test_a_channel_is_down_during_its_outage_only():
    line = wire([Outage("email", NOON, NOON + timedelta(hours=1))])

    line.now = NOON
    with pytest.raises(ChannelDown):
        line.check("email")
    line.check("sms")
    line.now = NOON + timedelta(hours=1)
    line.check("email")


def test_outages_are_drawn_for_each_channel_and_year():
    drawn = draw_outages(
        seed=1, names=["email", "sms"], starts_at=NOON, years=4, odds=Odds(outages_a_year=2.0)
    )

    assert len(drawn) == 16
    assert all(NOON <= outage.starts_at < outage.ends_at for outage in drawn)


def test_the_same_seed_gives_the_same_troubles():
    def results(seed):
        line = wire(seed=seed, try_later=0.5)
        return [send(line).result for _ in range(60)]

    assert results(1) == results(1)
    assert results(1) != results(2)


def test_only_the_open_channels_are_replaced_and_only_for_a_while():
    with simulated_channels(wire()):
        assert channel_named("email") is not CHANNELS["email"]
        assert not channel_named("email").is_idempotent
        assert channel_named("email").quiet_hours == CHANNELS["email"].quiet_hours
        assert channel_named("in_app") is CHANNELS["in_app"]

    assert channel_named("email") is CHANNELS["email"]
