"""What a protocol says, checked by the planner's lint, each finding at its line."""

from collections.abc import Iterable

from journeys.planning.documents.located import Located
from journeys.planning.documents.rulesets import RuleSet, rules_from
from journeys.planning.domain.lint import lint_protocol
from journeys.planning.domain.protocol import Protocol
from journeys.planning.labels import problem_text


def check_meaning(protocol: Protocol, located: Located, rulesets: Iterable[RuleSet]) -> None:
    """Refuse a protocol that cannot be planned, at its first line that is wrong.

    Raises:
        DocumentProblem: a region of the protocol has limits that contradict each other, names that
            nothing goes by, or label rules that are missing.
    """
    known = tuple(rulesets)
    problems = [
        located.problem(problem_text(problem), problem.key)
        for region in protocol.regions
        for problem in lint_protocol(
            protocol,
            rules_from(known, product=protocol.product, region=region),
            region=region,
        )
    ]
    if problems:
        raise min(problems, key=lambda problem: problem.line or 0)
