"""`manage.py plan`: the plan of a protocol file for given facts."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from journeys.planning.documents import (
    DocumentProblem,
    RuleSet,
    protocol_paths,
    read_date,
    read_protocol_file,
    read_rulesets,
    rules_from,
    suggestion,
)
from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.facts import Fact, FactKind
from journeys.planning.domain.pauses import Pause
from journeys.planning.domain.plan import Plan, make_plan
from journeys.planning.domain.points import UnknownPoint
from journeys.planning.domain.protocol import ActivityKind, Point, Protocol, UnknownTrack
from journeys.planning.domain.rules import MissingRule
from journeys.planning.management.printing import plan_document, plan_table

WEEKEND = frozenset({5, 6})


class Command(BaseCommand):
    """Plan a journey from the files alone; the database is neither read nor written."""

    help = "Print the dates, windows and conflicts of a protocol for given facts."
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Give `--version` the protocol's meaning here, not Django's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the protocol, the facts and the calendar."""
        parser.add_argument("code", help="the protocol, such as car-t-standard")
        parser.add_argument("--region", help="default: the first region of the protocol")
        parser.add_argument("--version", type=int, help="default: the newest version on file")
        parser.add_argument(
            "--on",
            action="append",
            default=[],
            metavar="POINT=DATE",
            help="a fact: infusion=2026-03-10, year#2=2028-03-14, monitoring.end=2026-03-24",
        )
        parser.add_argument(
            "--today", metavar="DATE", help="facts after it are booked, not yet happened"
        )
        parser.add_argument(
            "--closed",
            action="append",
            default=[],
            metavar="DATE",
            help="a closed day besides Saturdays and Sundays",
        )
        parser.add_argument("--track", default="", help="default: the protocol's first, if any")
        parser.add_argument(
            "--hold",
            action="append",
            default=[],
            metavar="DATE..DATE",
            help="a hold on the way to the infusion: its first day, and the day of resuming",
        )
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the plan, or say in one sentence why there is none."""
        try:
            protocol, rulesets = _protocol(options["code"], options["version"])
            plan = _plan(protocol, rulesets, options)
        except (DocumentProblem, MissingRule, UnknownPoint, UnknownTrack, ValueError) as error:
            raise CommandError(str(error)) from error
        except OverflowError as error:
            raise CommandError("the plan would leave the calendar") from error
        if options["json"]:
            text = json.dumps(plan_document(protocol, plan), ensure_ascii=False, indent=2)
        else:
            text = plan_table(protocol, plan)
        self.stdout.write(text)


def _protocol(code: str, version: int | None) -> tuple[Protocol, tuple[RuleSet, ...]]:
    """Return a protocol on file in the version asked for, and all rulesets on file."""
    paths = protocol_paths(settings.PROTOCOLS_DIR)
    codes = sorted({path.name.split(".")[0] for path in paths})
    if code not in codes:
        raise CommandError(
            f"there is no protocol {code!r}{suggestion(code, codes)}; there are {', '.join(codes)}"
        )
    rulesets = read_rulesets(settings.RULESETS_DIR)
    versions = {
        protocol.version: protocol
        for protocol, _ in (
            read_protocol_file(path, rulesets=rulesets)
            for path in paths
            if path.name.split(".")[0] == code
        )
    }
    wanted = max(versions) if version is None else version
    if wanted not in versions:
        on_file = ", ".join(str(each) for each in sorted(versions))
        raise CommandError(f"{code} has no version {wanted} on file; there is {on_file}")
    return versions[wanted], rulesets


def _plan(protocol: Protocol, rulesets: Iterable[RuleSet], options: dict[str, Any]) -> Plan:
    """Plan with the facts and the calendar of the command line."""
    region = options["region"] or protocol.regions[0]
    if region not in protocol.regions:
        covered = ", ".join(protocol.regions)
        raise CommandError(f"{protocol.code} covers {covered}, not {region}")
    today = read_date(options["today"]) if options["today"] else None
    return make_plan(
        protocol,
        region=region,
        facts=[_fact(protocol, text, today) for text in options["on"]],
        rules=rules_from(rulesets, product=protocol.product, region=region),
        open_days=OpenDays(
            closed_weekdays=WEEKEND,
            closed={read_date(text): gettext("a closed day") for text in options["closed"]},
        ),
        today=today,
        pauses=[_pause(text) for text in options["hold"]],
        track=options["track"],
    )


def _pause(text: str) -> Pause:
    from_on, dots, until_on = text.partition("..")
    if not dots:
        raise CommandError(f"{text!r} is not a hold; write DATE..DATE like 2026-03-10..2026-03-20")
    return Pause(read_date(from_on), read_date(until_on))


def _fact(protocol: Protocol, text: str, today: date | None) -> Fact:
    """Read a fact; what lies after today is booked, or expected where it is others who promise."""
    point, equals, day = text.partition("=")
    if not equals or not point:
        raise CommandError(f"{text!r} is not a fact; write POINT=DATE like infusion=2026-03-10")
    on = read_date(day)
    if today is None or on <= today:
        kind = FactKind.HAPPENED
    else:
        kind = FactKind.EXPECTED if _is_product(protocol, point) else FactKind.BOOKED
    return Fact(point=point, on=on, kind=kind)


def _is_product(protocol: Protocol, point: Point) -> bool:
    """Tell whether a point, by its own name or as a stage's end, is a product to be delivered."""
    ends = {f"{stage.code}.start": stage.starts_with for stage in protocol.stages}
    ends |= {f"{stage.code}.end": stage.ends_with for stage in protocol.stages}
    code = ends.get(point, point).partition("#")[0]
    return any(
        definition.code == code and definition.kind is ActivityKind.PRODUCT
        for definition in protocol.activities
    )
