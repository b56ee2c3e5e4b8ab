"""Offsets, windows, repeats and limits of a protocol as a person would say them."""

from collections.abc import Iterator, Mapping

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carttrack.accounts.domain import Role
from carttrack.accounts.labels import ROLE_LABELS
from journeys.authoring.domain.editing import which_text
from journeys.authoring.labels.words import (
    AUDIENCE_LABELS,
    CHANNEL_LABELS,
    EVIDENCE_LABELS,
    MESSAGE_LABELS,
    ROLL_LABELS,
    WHEN_LABELS,
    said,
)
from journeys.planning.domain.duration import MONTHS_PER_YEAR, Duration
from journeys.planning.domain.protocol import (
    ActivityDefinition,
    Constraint,
    GateItem,
    NotAfter,
    NotBefore,
    Point,
    Protocol,
    Repeat,
    RuleValue,
    TrackNumbers,
    Window,
)
from journeys.planning.domain.reminding import ReminderDefinition, ReminderRepeat, ReminderWhen
from journeys.planning.labels import length_text

Titles = Mapping[Point, str]


def titles_of(protocol: Protocol) -> dict[Point, str]:
    """Return the words for every point: activities, and both ends of every stage."""
    found = {definition.code: said(definition.title) for definition in protocol.activities}
    for stage in protocol.stages:
        names = {"stage": said(stage.title)}
        found[f"{stage.code}.start"] = _("the start of %(stage)s") % names
        found[f"{stage.code}.end"] = _("the end of %(stage)s") % names
    return found


def point_text(point: Point, titles: Titles) -> str:
    """Return the words for a point; a later occurrence goes by its number."""
    if point in titles:
        return titles[point]
    code, _mark, number = point.partition("#")
    if code not in titles:
        return point
    if number == "last":
        return _("the last %(title)s") % {"title": titles[code]}
    return f"{titles[code]} {number}"


def rule_text(key: str) -> str:
    """Return the words for a label rule's number."""
    return _("the label's “%(rule)s”") % {"rule": key.replace("_", " ")}


def number_text(span: Duration | RuleValue) -> str:
    """Return a limit's number: a length, a rule, negative ones with a minus sign."""
    if isinstance(span, RuleValue):
        return f"−{rule_text(span.key)}" if span.negative else rule_text(span.key)
    return f"−{length_text(span)}" if (span.months or span.days) < 0 else length_text(span)


def offset_text(span: Duration | RuleValue, anchor: str) -> str:
    """Return how far from which point: "28 days after Infusion"."""
    if span == Duration():
        return _("on the day of %(anchor)s") % {"anchor": anchor}
    is_back = span.negative if isinstance(span, RuleValue) else (span.months or span.days) < 0
    length = rule_text(span.key) if isinstance(span, RuleValue) else length_text(span)
    names = {"length": length, "anchor": anchor}
    if is_back:
        return _("%(length)s before %(anchor)s") % names
    return _("%(length)s after %(anchor)s") % names


def target_text(definition: ActivityDefinition, titles: Titles) -> str:
    """Return when an activity is due, from what it counts."""
    if definition.anchor is None:
        return _("the journey starts with it")
    return offset_text(definition.offset, point_text(definition.anchor, titles))


def window_text(window: Window, anchor: str) -> str:
    """Return the earliest and latest day in words."""
    if window.opens == window.closes == Duration() and window.measured_from == "target":
        return _("that day only")
    base = anchor if window.measured_from == "anchor" else _("the target day")
    if window.opens.days == -window.closes.days and window.opens.is_days_only:
        names = {"length": length_text(window.closes), "base": base}
        return _("window %(length)s either side of %(base)s") % names
    if _is_plain(window):
        names = {"first": str(window.opens.days), "last": length_text(window.closes), "base": base}
        return _("window %(first)s to %(last)s after %(base)s") % names
    names = {
        "first": offset_text(window.opens, base),
        "last": offset_text(window.closes, base),
    }
    return _("window from %(first)s to %(last)s") % names


def _is_plain(window: Window) -> bool:
    spans = (window.opens, window.closes)
    return all(span.is_days_only and span.days >= 0 for span in spans)


def repeat_text(repeat: Repeat | None) -> str:
    """Return how often an activity comes."""
    if repeat is None:
        return _("once")
    every = every_text(repeat.every)
    if isinstance(repeat.count, RuleValue):
        return _("as often as %(rule)s says, %(every)s") % {
            "rule": rule_text(repeat.count.key),
            "every": every,
        }
    if not isinstance(repeat.count, int):
        return _("%(numbers)s, %(every)s") % {"numbers": _by_track(repeat.count), "every": every}
    count = ngettext("%(count)d time", "%(count)d times", repeat.count) % {"count": repeat.count}
    return _("%(times)s, %(every)s") % {"times": count, "every": every}


def _by_track(numbers: TrackNumbers) -> str:
    """Return which occurrences each follow-up track has."""
    sentence = _("%(track)s: numbers %(numbers)s")
    return "; ".join(
        sentence % {"track": track.replace("-", " "), "numbers": which_text(which)}
        for track, which in numbers.items()
    )


def every_text(span: Duration) -> str:
    """Return the time between two occurrences: "every day", "every 2 years"."""
    single = {Duration(days=1): _("every day"), Duration(months=1): _("every month")}
    single[Duration(months=MONTHS_PER_YEAR)] = _("every year")
    return single.get(span) or _("every %(length)s") % {"length": length_text(span)}


def floor_text(floor: NotBefore, titles: Titles) -> str:
    """Return a floor as a sentence part."""
    when = offset_text(floor.offset, point_text(floor.anchor, titles))
    if floor.why:
        return _("never before %(when)s: %(why)s") % {"when": when, "why": floor.why}
    return _("never before %(when)s") % {"when": when}


def ceiling_text(ceiling: NotAfter, titles: Titles) -> str:
    """Return a ceiling as a sentence part, with the occurrence that it is for."""
    when = offset_text(ceiling.offset, point_text(ceiling.anchor, titles))
    names = {"number": ceiling.occurrence, "when": when, "why": ceiling.why}
    if ceiling.why:
        return _("number %(number)d never after %(when)s: %(why)s") % names
    return _("number %(number)d never after %(when)s") % names


def timing_lines(definition: ActivityDefinition, titles: Titles) -> Iterator[str]:
    """Yield everything that decides an activity's days: target, window, open days, repeats."""
    anchor = point_text(definition.anchor, titles) if definition.anchor else ""
    yield target_text(definition, titles)
    if definition.anchor is not None:
        yield window_text(definition.window, anchor)
        yield str(ROLL_LABELS[definition.roll])
    if definition.repeat is not None:
        yield repeat_text(definition.repeat)
    for floor in definition.not_before:
        yield floor_text(floor, titles)
    for ceiling in definition.not_after:
        yield ceiling_text(ceiling, titles)


def constraint_text(constraint: Constraint, titles: Titles) -> str:
    """Return a constraint as a sentence: how far the later point lies from the earlier one."""
    names = {
        "later": capfirst(point_text(constraint.later, titles)),
        "earlier": point_text(constraint.earlier, titles),
        "min": number_text(constraint.min) if constraint.min is not None else "",
        "max": number_text(constraint.max) if constraint.max is not None else "",
    }
    if constraint.min is not None and constraint.min == constraint.max:
        return _("%(later)s comes exactly %(min)s after %(earlier)s") % names
    if constraint.min == Duration() and constraint.max is None:
        return _("%(later)s never comes before %(earlier)s") % names
    if constraint.min is not None and constraint.max is not None:
        return _("%(later)s comes %(min)s to %(max)s after %(earlier)s") % names
    if constraint.min is not None:
        return _("%(later)s comes at least %(min)s after %(earlier)s") % names
    if constraint.max is not None:
        return _("%(later)s comes at most %(max)s after %(earlier)s") % names
    return _("%(later)s and %(earlier)s, without a limit") % names


def gate_text(item: GateItem) -> str:
    """Return an item of a stage's gate: what must be met, shown by what, and who may go on."""
    names = {
        "title": said(item.title),
        "evidence": EVIDENCE_LABELS[item.evidence],
        "roles": ", ".join(str(ROLE_LABELS[Role(role)]) for role in item.override),
    }
    if item.override:
        return _("%(title)s (%(evidence)s; may go on without: %(roles)s)") % names
    return _("%(title)s (%(evidence)s)") % names


def reminder_text(reminder: ReminderDefinition) -> str:
    """Return a reminder rule as a sentence part."""
    when = "" if reminder.when == ReminderWhen.ALWAYS else str(WHEN_LABELS[reminder.when])
    parts = [
        _("“%(kind)s” to %(audience)s by %(channel)s")
        % {
            "kind": MESSAGE_LABELS[reminder.kind],
            "audience": AUDIENCE_LABELS[reminder.audience],
            "channel": CHANNEL_LABELS[reminder.channel],
        },
        reminder_day(reminder.offset_days),
        "" if reminder.offset_days is None else _("at %(hour)s") % {"hour": reminder.at},
        "" if reminder.offset_days is None else when,
        reminder_rhythm(reminder.repeat) if reminder.repeat else "",
        _("the first time only") if reminder.first_only else "",
        _("asks for an answer") if reminder.asks else "",
        _("for safety") if reminder.purpose == "safety" else "",
        _("at night too") if reminder.quiet == "ignore" else "",
        _("climbs after %(hours)d hours") % {"hours": reminder.escalate_hours}
        if reminder.escalate_hours
        else "",
    ]
    return ", ".join(part for part in parts if part)


def reminder_rhythm(repeat: ReminderRepeat) -> str:
    """Return how often a reminder comes, and at what distance."""
    length = length_text(Duration(days=repeat.every_days))
    return _("%(times)d times, every %(length)s") % {"times": repeat.times, "length": length}


def reminder_day(days: int | None) -> str:
    """Return when a reminder is sent."""
    if days is None:
        return _("as soon as it is booked")
    if days == 0:
        return _("on its day")
    length = length_text(Duration(days=days))
    return (_("%(length)s before") if days < 0 else _("%(length)s after")) % {"length": length}
