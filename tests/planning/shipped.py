"""The shipped protocols, and the plan that one of them gives from a few days."""

from datetime import date, timedelta

from django.conf import settings

from journeys.planning.documents import (
    protocol_paths,
    read_protocol_file,
    read_rulesets,
    rules_from,
)
from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.facts import Fact, FactKind
from journeys.planning.domain.plan import make_plan

DAY_0 = date(2026, 3, 10)  # a Tuesday; no 29 February in the year after it
EVERY_DAY = OpenDays(closed_weekdays=frozenset(), closed={})
RULESETS = read_rulesets(settings.RULESETS_DIR)
PROTOCOLS = {
    protocol.code: protocol
    for protocol, _ in (
        read_protocol_file(path, rulesets=RULESETS)
        for path in protocol_paths(settings.PROTOCOLS_DIR)
    )
}
REGIONS = [(code, region) for code, protocol in PROTOCOLS.items() for region in protocol.regions]
FROM_TISSUE = {"tcr-t-solid"}  # the cells come from tissue taken at surgery, not from blood


def plan(code, region, *, today=None, kind=FactKind.HAPPENED, track="", held=(), **days):
    protocol = PROTOCOLS[code]
    return make_plan(
        protocol,
        region=region,
        facts=[
            Fact(point=point.replace("__", "#"), on=on, kind=kind) for point, on in days.items()
        ],
        rules=rules_from(RULESETS, product=protocol.product, region=region),
        open_days=EVERY_DAY,
        today=today,
        pauses=held,
        track=track,
    )


def activity(planned, code, occurrence=1):
    return next(
        each for each in planned.activities if (each.code, each.occurrence) == (code, occurrence)
    )


def day(number):
    return DAY_0 + timedelta(days=number)


def days_of(planned, code):
    return [(each.chosen - DAY_0).days for each in planned.activities if each.code == code]


def collection_of(code):
    """Return the activity that gives the starting material."""
    return "tumour_tissue" if code in FROM_TISSUE else "leukapheresis"
