"""Words for what the planner says: steps, clauses, conflicts, and problems of a protocol."""

from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journeys.planning.domain.duration import MONTHS_PER_YEAR, Duration
from journeys.planning.domain.facts import FactKind
from journeys.planning.domain.problems import Problem, ProblemKind
from journeys.planning.domain.protocol import Point
from journeys.planning.domain.reasons import Clause, Conflict, ConflictKind, Step, StepKind

Titles = Mapping[Point, str]


def step_text(step: Step, titles: Titles) -> str:
    """Return one step of "why this date" as a sentence that ends in the day it gives."""
    words = {
        StepKind.FACT: _fact_step,
        StepKind.OFFSET: _offset_step,
        StepKind.PAUSED: _paused_step,
        StepKind.FLOOR: _floor_step,
        StepKind.CEILING: _ceiling_step,
        StepKind.TODAY: _today_step,
        StepKind.OPEN_DAY: _open_day_step,
        StepKind.AWAITING_RESUME: _awaiting_step,
    }
    text = words[step.kind](step, titles)
    if step.source:
        return _("%(text)s (source: %(source)s)") % {"text": text, "source": step.source}
    return text


def clause_text(clause: Clause, titles: Titles) -> str:
    """Return a fact or a limit as a sentence without its full stop."""
    if clause.bound == "fact":
        return _fact(clause.fact, _title(clause.later, titles), _day(clause.on))
    if clause.bound == "today":
        return _("%(point)s cannot lie before today, %(day)s") % {
            "point": _title(clause.later, titles),
            "day": _day(clause.on),
        }
    return _held_limit(clause, clause.why or _limit(clause, titles))


def conflict_message(conflict: Conflict, titles: Titles) -> str:
    """Return what does not fit, and with what, as one sentence."""
    own = [clause for clause in conflict.because if _is_about(clause, conflict.point)]
    rest = [clause for clause in conflict.because if clause not in own]
    names = {
        "point": _title(conflict.point, titles),
        "own": _joined(own, titles),
        "rest": _joined(rest, titles),
    }
    if conflict.kind is ConflictKind.CONTRADICTION:
        names["span"] = length_text(Duration(days=abs(conflict.days_off)))
        if conflict.days_off > 0:
            return capfirst(_("%(own)s, which is %(span)s too late: %(rest)s.") % names)
        return capfirst(_("%(own)s, which is %(span)s too early: %(rest)s.") % names)
    if conflict.kind is ConflictKind.NO_OPEN_DAY:
        return capfirst(_("%(point)s has no open day in its window: %(rest)s.") % names)
    return capfirst(_("The last possible day for %(point)s has passed: %(rest)s.") % names)


def problem_text(problem: Problem) -> str:
    """Return what is wrong as a sentence without its place and full stop."""
    if problem.kind is ProblemKind.CONTRADICTION:
        limits = [clause_text(clause, {}) for clause in problem.clauses]
        return _("these limits contradict each other: %(limits)s") % {"limits": "; ".join(limits)}
    if problem.kind is ProblemKind.MISSING_RULE:
        return _missing_rule(problem)
    name, *meant = problem.names or ("",)
    text = _sentences()[problem.kind] % {"name": name, "circle": " → ".join(problem.names)}
    if meant and problem.kind is ProblemKind.UNKNOWN_POINT:
        names = {"text": text, "meant": _(" or ").join(meant)}
        return _("%(text)s; did you mean %(meant)s?") % names
    return text


def length_text(span: Duration) -> str:
    """Return a span without its direction: "1 year 2 months", "28 days"."""
    span = -span if (span.months or span.days) < 0 else span
    years, months = divmod(span.months, MONTHS_PER_YEAR)
    parts = [
        ngettext("%(count)d year", "%(count)d years", years) % {"count": years} if years else "",
        ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
        if months
        else "",
        ngettext("%(count)d day", "%(count)d days", span.days) % {"count": span.days}
        if span.days or not span.months
        else "",
    ]
    return " ".join(part for part in parts if part)


def _is_about(clause: Clause, point: Point) -> bool:
    return clause.bound in {"fact", "today"} and clause.later == point


def _joined(clauses: list[Clause], titles: Titles) -> str:
    """Return the clauses as one enumeration, each said once."""
    texts = list(dict.fromkeys(clause_text(clause, titles) for clause in clauses))
    if len(texts) < 2:  # noqa: PLR2004 - one text needs no joining
        return "".join(texts)
    return _("%(first)s and %(last)s") % {"first": ", ".join(texts[:-1]), "last": texts[-1]}


def _fact(kind: FactKind | None, title: str, day: str) -> str:
    sentences = {
        FactKind.HAPPENED: _("%(point)s happened on %(day)s"),
        FactKind.BOOKED: _("%(point)s is booked for %(day)s"),
        FactKind.LOCKED: _("%(point)s is fixed for %(day)s"),
        FactKind.EXPECTED: _("%(point)s is expected on %(day)s"),
        None: _("%(point)s is planned for %(day)s"),
    }
    return sentences[kind] % {"point": title, "day": day}


def _limit(clause: Clause, titles: Titles) -> str:
    """Return a limit so that the count is never negative: "at most -5 days after" is before."""
    days = clause.days or 0
    names = {
        "later": _title(clause.later, titles),
        "earlier": _title(clause.earlier, titles),
        "span": length_text(Duration(days=abs(days))),
    }
    if days == 0:
        zero = {
            "min": _("%(later)s must not come before %(earlier)s"),
            "max": _("%(later)s must not come after %(earlier)s"),
        }
        return zero[clause.bound] % names
    sentences = {
        ("min", True): _("%(later)s must come at least %(span)s after %(earlier)s"),
        ("max", True): _("%(later)s must come at most %(span)s after %(earlier)s"),
        ("min", False): _("%(later)s must come at most %(span)s before %(earlier)s"),
        ("max", False): _("%(later)s must come at least %(span)s before %(earlier)s"),
    }
    return sentences[clause.bound, days > 0] % names


def _held_limit(clause: Clause, text: str) -> str:
    """Return a limit's words with what days on hold have made of it."""
    if not clause.held:
        return text
    names = {
        "limit": text,
        "span": length_text(Duration(days=abs(clause.days or 0))),
        "held": length_text(Duration(days=clause.held)),
    }
    if clause.why:
        return _("%(limit)s (here %(span)s, with %(held)s on hold)") % names
    return _("%(limit)s (with %(held)s on hold)") % names


def _fact_step(step: Step, titles: Titles) -> str:
    return _fact(step.anchor_fact, _title(step.anchor, titles), _day(step.gives))


def _offset_step(step: Step, titles: Titles) -> str:
    span = Duration.parse(step.offset)
    is_back = (span.months or span.days) < 0
    names = {
        "anchor": _anchor(step, titles),
        "span": length_text(span),
        "day": _day(step.gives),
    }
    if is_back:
        return _("%(anchor)s - %(span)s = %(day)s") % names
    return _("%(anchor)s + %(span)s = %(day)s") % names


def _paused_step(step: Step, _titles: Titles) -> str:
    names = {"span": length_text(Duration(days=step.held or 0)), "day": _day(step.gives)}
    return _("+ %(span)s on hold = %(day)s") % names


def _awaiting_step(step: Step, _titles: Titles) -> str:
    return _("awaiting resume: on hold since %(day)s") % {"day": _day(step.gives)}


def _floor_step(step: Step, titles: Titles) -> str:
    text = _("not before %(day)s: %(because)s") % _bound(step, titles)
    return _with_hold(step, text)


def _ceiling_step(step: Step, titles: Titles) -> str:
    text = _("not after %(day)s: %(because)s") % _bound(step, titles)
    return _with_hold(step, text)


def _bound(step: Step, titles: Titles) -> dict[str, str]:
    return {"because": step.because or _anchor(step, titles), "day": _day(step.gives)}


def _with_hold(step: Step, text: str) -> str:
    if not step.held:
        return text
    names = {"text": text, "held": length_text(Duration(days=step.held))}
    return _("%(text)s (with %(held)s on hold)") % names


def _today_step(step: Step, titles: Titles) -> str:
    names = {"point": _title(step.anchor, titles), "day": _day(step.gives)}
    if step.anchor:
        return _("not before %(day)s, so that %(point)s does not lie in the past") % names
    return _("not in the past: %(day)s") % names


def _open_day_step(step: Step, _titles: Titles) -> str:
    names = {"closed": step.because, "day": _day(step.gives)}
    if step.because:
        return _("closed on that day (%(closed)s), so %(day)s") % names
    return _("closed on that day, so %(day)s") % names


def _anchor(step: Step, titles: Titles) -> str:
    names = {"point": _title(step.anchor, titles), "day": _day(step.anchor_on)}
    sentences = {
        FactKind.HAPPENED: _("%(point)s (happened %(day)s)"),
        FactKind.BOOKED: _("%(point)s (booked for %(day)s)"),
        FactKind.LOCKED: _("%(point)s (fixed for %(day)s)"),
        FactKind.EXPECTED: _("%(point)s (expected %(day)s)"),
        None: _("%(point)s (planned for %(day)s)"),
    }
    return sentences[step.anchor_fact] % names


def _title(point: Point | None, titles: Titles) -> str:
    """Return a point's title; a later occurrence goes by the title and its number."""
    name = point or ""
    if name in titles:
        return titles[name]
    code, _mark, occurrence = name.partition("#")
    return f"{titles[code]} {occurrence}" if occurrence and code in titles else name


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""


def _sentences() -> dict[ProblemKind, str]:
    return {
        ProblemKind.DUPLICATE_CODE: _("the code %(name)s is used twice"),
        ProblemKind.UNKNOWN_STAGE: _("there is no stage %(name)s"),
        ProblemKind.UNKNOWN_POINT: _("there is no point %(name)s"),
        ProblemKind.UNKNOWN_ACTIVITY: _("there is no activity %(name)s"),
        ProblemKind.UNKNOWN_REGION: _("the protocol is not for the region %(name)s"),
        ProblemKind.UNKNOWN_TRACK: _("there is no follow-up track %(name)s"),
        ProblemKind.MISSING_TRACK: _("the follow-up track %(name)s has no number here"),
        ProblemKind.TRACK_WITHOUT_FOLLOW_UP: _(
            "nothing in the last stage is on the follow-up track %(name)s"
        ),
        ProblemKind.UNREACHABLE: _(
            "%(name)s has no anchor; only what the journey starts with may have none"
        ),
        ProblemKind.ANCHOR_LOOP: _("anchors go round in a circle: %(circle)s"),
        ProblemKind.REQUIRES_LOOP: _("requirements go round in a circle: %(circle)s"),
        ProblemKind.EMPTY_REPEAT: _("a repeat needs a count of at least 1 and a span between"),
        ProblemKind.NOT_IN_DAYS: _(
            "%(name)s is not in days, but other points hang on this one, so it must be"
        ),
        ProblemKind.CEILING_NOT_ON_LEAF: _(
            "other points hang on this one, so its limit must be written as a constraint"
        ),
        ProblemKind.WINDOW_REVERSED: _("the window closes before it opens"),
        ProblemKind.TARGET_OUTSIDE_WINDOW: _("the target lies outside the window"),
    }


def _missing_rule(problem: Problem) -> str:
    name, *since = problem.names
    if since:
        names = {"name": name, "day": since[0]}
        return _("the label rule %(name)s has no value from %(day)s on") % names
    return _("there is no label rule %(name)s for this product and region") % {"name": name}
