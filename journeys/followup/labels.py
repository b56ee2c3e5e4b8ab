"""The words people see for the values of a visit's record."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from journeys.followup.domain.answers import Answer, Mode
from journeys.followup.domain.counts import Implausible
from journeys.followup.domain.findings import Slip
from journeys.followup.domain.response import Criteria, Response
from journeys.followup.domain.timing import Timing

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ANSWER_LABELS: "dict[Answer, _StrPromise]" = {
    Answer.YES: _("Yes"),
    Answer.NO: _("No"),
    Answer.UNKNOWN: _("Unknown"),
}
MODE_LABELS: "dict[Mode, _StrPromise]" = {
    Mode.IN_PERSON: _("In person"),
    Mode.VIDEO: _("Video call"),
    Mode.PHONE: _("Phone"),
}
TIMING_LABELS: "dict[Timing, _StrPromise]" = {
    Timing.EARLY: _("Before its window"),
    Timing.IN_WINDOW: _("In its window"),
    Timing.LATE: _("After its window"),
}
CRITERIA_LABELS: "dict[Criteria, _StrPromise]" = {
    Criteria.LUGANO_2014: _("Lymphoma, Lugano 2014"),
    Criteria.IWCLL_2018: _("Chronic lymphocytic leukaemia, iwCLL 2018"),
    Criteria.ALL_MARROW_MRD: _("Acute lymphoblastic leukaemia, marrow and MRD"),
    Criteria.IMWG_2016: _("Myeloma, IMWG 2016"),
    Criteria.RECIST_1_1: _("Solid tumour, RECIST 1.1"),
}
RESPONSE_LABELS: "dict[Response, _StrPromise]" = {
    Response.STRINGENT_COMPLETE: _("Stringent complete response (sCR)"),
    Response.COMPLETE: _("Complete response (CR)"),
    Response.COMPLETE_MRD_NEGATIVE: _("Complete remission, MRD negative"),
    Response.COMPLETE_MRD_POSITIVE: _("Complete remission, MRD positive"),
    Response.COMPLETE_INCOMPLETE_RECOVERY: _("Complete response, counts not recovered (CRi)"),
    Response.INCOMPLETE_RECOVERY_MRD_NEGATIVE: _(
        "Complete remission, counts not recovered (CRi), MRD negative"
    ),
    Response.INCOMPLETE_RECOVERY_MRD_POSITIVE: _(
        "Complete remission, counts not recovered (CRi), MRD positive"
    ),
    Response.VERY_GOOD_PARTIAL: _("Very good partial response (VGPR)"),
    Response.NODULAR_PARTIAL: _("Nodular partial response (nPR)"),
    Response.PARTIAL: _("Partial response (PR)"),
    Response.MINIMAL: _("Minimal response (MR)"),
    Response.STABLE: _("Stable disease (SD)"),
    Response.PROGRESSIVE: _("Progressive disease (PD)"),
    Response.REFRACTORY: _("Refractory"),
    Response.RELAPSE_CD19_POSITIVE: _("Relapse, CD19 positive"),
    Response.RELAPSE_CD19_NEGATIVE: _("Relapse, CD19 negative"),
    Response.NOT_EVALUABLE: _("Not evaluable"),
    Response.NOT_ASSESSED: _("Not assessed at this visit"),
}
MEASURE_LABELS: "dict[str, _StrPromise]" = {
    "haemoglobin": _("Haemoglobin"),
    "neutrophils": _("Neutrophils"),
    "platelets": _("Platelets"),
    "lymphocytes": _("Lymphocytes"),
    "igg": _("IgG"),
    "cd4": _("CD4 cells"),
}
SLIP_SENTENCES: "dict[Slip, _StrPromise]" = {
    Slip.NOT_ON_SCALE: _("Choose one of the responses of the list."),
    Slip.TEST_DAY_MISSING: _("Enter the day of the scan or marrow that the response rests on."),
    Slip.TEST_DAY_WITHOUT_RESPONSE: _(
        "Choose the response that this test gave, or leave the day empty."
    ),
    Slip.DAY_IN_FUTURE: _("This day is in the future. Enter a day that has been."),
    Slip.ENDS_BEFORE_IT_BEGINS: _("This day is before the first one. Check both."),
    Slip.DAYS_WITHOUT_EVENT: _("Grade 0 has no days. Change the grade or leave the days empty."),
    Slip.MEASURED_AND_NOT: _("Enter a value or tick “not measured”, not both."),
}
GRADE_LABELS: "dict[str, _StrPromise]" = {
    "0": pgettext_lazy("grade", "0, did not occur"),
    "1": pgettext_lazy("grade", "Grade 1"),
    "2": pgettext_lazy("grade", "Grade 2"),
    "3": pgettext_lazy("grade", "Grade 3"),
    "4": pgettext_lazy("grade", "Grade 4"),
    "unknown": pgettext_lazy("grade", "Unknown"),
}


def answer_choices() -> "list[tuple[str, _StrPromise]]":
    """Return the three answers with their words."""
    return [(answer.value, label) for answer, label in ANSWER_LABELS.items()]


def mode_choices() -> "list[tuple[str, _StrPromise]]":
    """Return the ways of meeting with their words."""
    return [(mode.value, label) for mode, label in MODE_LABELS.items()]


def timing_choices() -> "list[tuple[str, _StrPromise]]":
    """Return the places against a window with their words."""
    return [(timing.value, label) for timing, label in TIMING_LABELS.items()]


def criteria_choices() -> "list[tuple[str, _StrPromise]]":
    """Return the sets of criteria with their names."""
    return [(criteria.value, label) for criteria, label in CRITERIA_LABELS.items()]


def response_choices() -> "list[tuple[str, _StrPromise]]":
    """Return every response with its words."""
    return [(response.value, label) for response, label in RESPONSE_LABELS.items()]


def slip_sentence(slip: Slip | Implausible) -> str:
    """Return what is wrong with a value and what to do about it."""
    if isinstance(slip, Slip):
        return str(SLIP_SENTENCES[slip])
    measure = slip.measure
    words = {
        "value": _plain(slip.value),
        "unit": measure.unit,
        "lowest": _plain(measure.lowest),
        "highest": _plain(measure.highest),
        "slip_unit": measure.slip_unit,
    }
    if slip.meant is not None:
        return _now(
            "%(value)s looks like a value in %(slip_unit)s. This field is in %(unit)s: "
            "did you mean %(meant)s?"
        ) % (words | {"meant": _plain(slip.meant)})
    if measure.lowest <= slip.value <= measure.highest:
        return _now("%(value)s has more decimals than a result in %(unit)s has. Check it.") % words
    return (
        _now("%(value)s %(unit)s is not plausible. Enter a value from %(lowest)s to %(highest)s.")
        % words
    )


def _plain(value: Decimal) -> str:
    """Write a number without a trailing zero or an exponent."""
    return f"{value.normalize():f}"
