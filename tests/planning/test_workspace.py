"""Loading journeys whole: many at once are what each is alone, in as many queries."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from journeys.planning.models import Journey
from journeys.planning.workspace import load
from journeys.planning.workspace.loading import load_all
from tests.planning.services.acts import begin_again, come_between, go_on, hold


def lived(team, number):
    """Return a journey with a hold, a booking, an unscheduled visit and, every other, a cycle."""
    journey = team.refer(number=number)
    today = team.carry_to(journey, "leukapheresis") + timedelta(days=2)
    hold(team, journey, today)
    go_on(team, journey, today + timedelta(days=3))
    come_between(team, journey, today + timedelta(days=9), today)
    if number % 2:
        begin_again(team, journey, today + timedelta(days=5))
    return journey


def same(one, other):
    names = ("journey", "cycle", "protocol", "rules", "open_days", "stages", "activities")
    assert [getattr(one, name) for name in names] == [getattr(other, name) for name in names]
    assert (one.appointments, one.holds, one.loaded) == (
        other.appointments,
        other.holds,
        other.loaded,
    )


def queries_of(journeys):
    with CaptureQueriesContext(connection) as queries:
        load_all(journeys)
    return len(queries)


def test_journeys_loaded_together_are_what_each_is_alone(team):
    found = [lived(team, number) for number in (1, 2, 3)]

    together = {space.journey.pk: space for space in load_all(Journey.objects.order_by("pk"))}

    assert len(together) == len(found)
    for journey in found:
        same(together[journey.pk], load(journey.uid, for_update=False))
        assert together[journey.pk].cycle.number == (2 if journey in found[::2] else 1)


def test_three_journeys_cost_as_many_queries_as_one(team):
    first = lived(team, 1)
    one = queries_of(Journey.objects.filter(pk=first.pk))
    lived(team, 2)
    lived(team, 3)

    assert queries_of(Journey.objects.all()) == one


def test_no_journeys_are_loaded_from_nothing(db):
    assert load_all(Journey.objects.none()) == []
