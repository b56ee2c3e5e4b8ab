"""Rows that hold from one day to another: which hold today, and that no two overlap."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import CharField, DateField, DateTimeField, F, Func, Q, Value
from django.db.models.expressions import Combinable


class LocalDay(Func):
    """The local calendar day at an IANA zone, now, by the database's clock.

    Rights are judged by this day and not by one that a caller passes in, so that no caller can
    be wrong about it and a right ends at midnight where the centre is.
    """

    template = "((STATEMENT_TIMESTAMP() AT TIME ZONE %(expressions)s)::date)"
    output_field = DateField()

    def __init__(self, zone: Combinable) -> None:
        super().__init__(zone)


class KnownZone(Func):
    """True for a zone that PostgreSQL knows; any other text is an error of the statement."""

    template = "(TIMEZONE(%(expressions)s) IS NOT NULL)"
    conditional = True

    def __init__(self, field: str) -> None:
        instant = Func(Value("2000-01-01T00:00Z"), template="%(expressions)s::timestamptz")
        instant.output_field = DateTimeField()
        super().__init__(F(field), instant, output_field=CharField())


def is_current(*, zone: str) -> Q:
    """Keep rows whose `from_on` to `until_on`, both inclusive, hold today at the zone.

    `zone` is the path of the field that holds the centre's time zone.
    """
    today = LocalDay(F(zone))
    return Q(from_on__lte=today) & (Q(until_on__isnull=True) | Q(until_on__gte=today))


def never_overlapping(name: str, *, of: tuple[str, ...], condition: Q) -> ExclusionConstraint:
    """Forbid two overlapping periods of the same rows `of` (foreign keys) under the condition.

    Keys are compared as ranges of whole numbers, which need no database extension. A column of
    text cannot be compared so: use one constraint per value and name the value in `condition`.
    """
    keys = [Func(F(key), F(key), Value("[]"), function="int8range") for key in of]
    days = Func(F("from_on"), F("until_on"), Value("[]"), function="daterange")
    return ExclusionConstraint(
        name=name,
        expressions=[(part, RangeOperators.OVERLAPS) for part in (*keys, days)],
        condition=condition,
    )
