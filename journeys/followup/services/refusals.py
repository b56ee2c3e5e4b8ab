"""The named refusals of follow-up's use-cases, each with the sentence that a person reads."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from journeys.followup.domain.findings import Problem
from journeys.followup.labels import slip_sentence
from journeys.planning.services import Refusal


class NotAVisit(Refusal):
    """Only visits have a clinician's record; other activities are recorded as done."""

    message = _("This is not a visit. Record it on the journey's page instead.")


class VisitInFuture(Refusal):
    """A visit can only be recorded once it has taken place."""

    message = _("%(day)s is in the future. A visit is recorded once it has taken place.")
    names = ("day",)


class AlreadyRecorded(Refusal):
    """The visit has its record; what is wrong in it is corrected, not recorded again."""

    message = _("This visit is recorded already. Correct that record if something is wrong.")


class OtherDayRecorded(Refusal):
    """The plan says that the visit took place on another day."""

    message = _("The plan says that this visit took place on %(day)s. Enter that day.")
    names = ("day",)


class TimingReasonMissing(Refusal):
    """A visit outside its window needs a reason, which registries ask for."""

    message = _("This day is outside the visit's window. Say why.")


class FindingsImpossible(Refusal):
    """The findings contradict each other or hold a value that cannot be."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return " ".join(slip_sentence(problem.slip) for problem in self.problems)


class StaleVersion(Refusal):
    """Somebody corrected the record in the meantime."""

    message = _(
        "This record was corrected by somebody else in the meantime. "
        "Read the new version, then correct that one."
    )


class CorrectionReasonMissing(Refusal):
    """A correction says why, so that others can follow it."""

    message = _("Say what was wrong, so that others can follow the correction.")
