"""Every change in three steps: propose, preview the whole cascade, commit with the token.

A proposal is the change itself, carried out and rolled back: what a preview shows is what a commit
does, down to the messages. A commit carries the change out too and compares what it did with what
was looked at; when that differs nothing is written.
"""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from journeys.planning.domain.states import RevisionKind
from journeys.planning.services.refusals import Refusal
from journeys.planning.services.writing import Outcome
from journeys.planning.workspace import Proposal
from notifications import services as notifications

UseCase = Callable[[], Outcome]


class StalePreview(Refusal):
    """The plan changed after the preview was made; the new preview comes along."""

    message = _("The plan has changed since you looked. Here is the new preview; check it again.")
    is_conflict = True

    def __init__(self, proposal: Proposal) -> None:
        super().__init__()
        self.proposal = proposal


def propose(use_case: UseCase) -> Proposal:
    """Carry a change out, take it back and return what it did.

    Raises:
        Refusal: as the use-case does.
    """
    with notifications.noting_newcomers() as newcomers, transaction.atomic():
        outcome = use_case()
        transaction.set_rollback(True)
    if newcomers:  # whoever is written to for the first time outlasts the preview that names them
        notifications.save_recipients(newcomers)
        return propose(use_case)
    return _proposal(outcome)


@transaction.atomic
def commit(use_case: UseCase, *, token: str) -> Outcome:
    """Carry a change out exactly as it was previewed.

    Raises:
        StalePreview: it would do something else than what `token` names; nothing is written.
        Refusal: as the use-case does.
    """
    outcome = use_case()
    if outcome.token != token:
        raise StalePreview(_proposal(outcome))
    return outcome


def _proposal(outcome: Outcome) -> Proposal:
    return Proposal(
        kind=RevisionKind(outcome.revision.kind),
        version=outcome.revision.journey.protocol_version,
        activity=outcome.revision.activity,
        changes=outcome.changes,
        cancelled=outcome.cancelled,
        conflicts=outcome.conflicts,
        released=outcome.released,
        messages=outcome.messages,
        token=outcome.token,
    )
