"""A draft as its pages need it: document, protocol, label rules, and what is still wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from journeys.authoring.documents import checked
from journeys.authoring.domain.completeness import Gap
from journeys.authoring.domain.parts import Document
from journeys.authoring.labels.problems import gap_text
from journeys.authoring.labels.spans import Titles, titles_of
from journeys.authoring.models import ProtocolDraft
from journeys.authoring.workspace import Finding, problems_with, rules_by_region
from journeys.planning.domain.protocol import LabelRules, Protocol
from journeys.planning.labels import problem_text

# Where a document's key is another field of the form, or one of several inputs.
FIELDS = {
    "window": "window_opens_0",
    "offset": "offset_0",
    "min": "min_0",
    "max": "max_0",
}
GROUPS = {"requires": "div_id_requires", "regions": "div_id_regions", "repeat": "id_repeat_count"}
ROWS = {"reminders", "not_before", "not_after"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine:
    """One thing to solve: what is wrong, where, and the field to go to."""

    text: str
    where: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraft:
    """What one save of a draft says."""

    draft: ProtocolDraft
    document: Document
    protocol: Protocol
    rules: Mapping[str, LabelRules]

    @property
    def rule_keys(self) -> tuple[str, ...]:
        """Return the label rules of the product in any of the regions."""
        return tuple(sorted({key for rules in self.rules.values() for key in rules}))

    def having(self, document: Document) -> "OpenDraft":
        """Return the same draft as if it said something else.

        Raises:
            DocumentProblem: the document does not have the schema's shape.
        """
        return OpenDraft(
            draft=self.draft, document=document, protocol=checked(document), rules=self.rules
        )


def open_draft(draft: ProtocolDraft) -> OpenDraft:
    """Return what the draft says now, in two queries."""
    document = draft.saves.get(number=draft.revision).document
    protocol = checked(document)
    rules = rules_by_region(draft.based_on.protocol.product_id, protocol.regions)
    return OpenDraft(draft=draft, document=document, protocol=protocol, rules=rules)


def problem_lines(opened: OpenDraft) -> tuple[ProblemLine, ...]:
    """Return what keeps the draft from being published, in words and with its place."""
    titles = titles_of(opened.protocol)
    findings = problems_with(opened.protocol, dict(opened.rules))
    return tuple(
        ProblemLine(
            text=_text(finding, titles),
            where=_where(opened, finding, titles),
            href=_href(opened, finding),
        )
        for finding in findings
    )


def _text(finding: Finding, titles: Titles) -> str:
    if isinstance(finding, Gap):
        return gap_text(finding, titles)
    return capfirst(f"{problem_text(finding)}.")


def _where(opened: OpenDraft, finding: Finding, titles: Titles) -> str:
    section, place = str(finding.key[0]), int(finding.key[1])
    if section == "tracks":
        return _("Follow-up track %(number)d") % {"number": place + 1}
    if section == "constraints":
        return _("Limit %(number)d") % {"number": place + 1}
    code = opened.document[section][place]["code"]
    if section == "stages":
        return _("Stage %(title)s") % {"title": opened.protocol.stages[place].title["en"]}
    return titles[code]


def _href(opened: OpenDraft, finding: Finding) -> str:
    section, place = str(finding.key[0]), int(finding.key[1])
    if section == "tracks":
        return reverse("authoring:whole", kwargs={"draft_uid": opened.draft.uid})
    routes = {"stages": "stage", "activities": "activity", "constraints": "constraint"}
    names: dict[str, Any] = {"draft_uid": opened.draft.uid}
    if section == "constraints":
        names["place"] = place
    else:
        names["code"] = opened.document[section][place]["code"]
    return f"{reverse(f'authoring:{routes[section]}', kwargs=names)}#{_field(finding.key[2:])}"


def _field(rest: tuple[str | int, ...]) -> str:
    """Return the id of the form's field that a key of the document is edited in."""
    if not rest:
        return "main"
    name = str(rest[0])
    if name in ROWS and len(rest) > 1:
        field = "offset_0" if rest[-1] == "offset" else str(rest[-1])
        return f"id_{name}-{rest[1]}-{field}"
    if name == "window" and rest[-1] == "closes":
        return "id_window_closes_0"
    return GROUPS.get(name) or f"id_{FIELDS.get(name, name)}"
