"""How the disease answered: which criteria a protocol uses and the words each of them has."""

from collections.abc import Mapping
from enum import StrEnum


class Criteria(StrEnum):
    """A published set of response criteria, its year included, since words change between years."""

    LUGANO_2014 = "lugano_2014"
    IWCLL_2018 = "iwcll_2018"
    ALL_MARROW_MRD = "all_marrow_mrd"
    IMWG_2016 = "imwg_2016"
    RECIST_1_1 = "recist_1_1"


class Response(StrEnum):
    """A word of one of the scales; what a word means depends on its criteria."""

    STRINGENT_COMPLETE = "scr"
    COMPLETE = "cr"
    COMPLETE_MRD_NEGATIVE = "cr_mrd_neg"
    COMPLETE_MRD_POSITIVE = "cr_mrd_pos"
    COMPLETE_INCOMPLETE_RECOVERY = "cri"
    INCOMPLETE_RECOVERY_MRD_NEGATIVE = "cri_mrd_neg"
    INCOMPLETE_RECOVERY_MRD_POSITIVE = "cri_mrd_pos"
    VERY_GOOD_PARTIAL = "vgpr"
    NODULAR_PARTIAL = "npr"
    PARTIAL = "pr"
    MINIMAL = "mr"
    STABLE = "sd"
    PROGRESSIVE = "pd"
    REFRACTORY = "refractory"
    RELAPSE_CD19_POSITIVE = "relapse_cd19_pos"
    RELAPSE_CD19_NEGATIVE = "relapse_cd19_neg"
    NOT_EVALUABLE = "ne"
    NOT_ASSESSED = "not_assessed"  # said on purpose; it belongs to no scale


class ResponseNotOnScale(ValueError):
    """The response is not a word of the criteria it was given with."""


_R = Response

SCALES: Mapping[Criteria, tuple[Response, ...]] = {
    Criteria.LUGANO_2014: (_R.COMPLETE, _R.PARTIAL, _R.STABLE, _R.PROGRESSIVE, _R.NOT_EVALUABLE),
    Criteria.IWCLL_2018: (
        _R.COMPLETE,
        _R.COMPLETE_INCOMPLETE_RECOVERY,
        _R.NODULAR_PARTIAL,
        _R.PARTIAL,
        _R.STABLE,
        _R.PROGRESSIVE,
        _R.NOT_EVALUABLE,
    ),
    Criteria.ALL_MARROW_MRD: (
        _R.COMPLETE_MRD_NEGATIVE,
        _R.COMPLETE_MRD_POSITIVE,
        _R.INCOMPLETE_RECOVERY_MRD_NEGATIVE,
        _R.INCOMPLETE_RECOVERY_MRD_POSITIVE,
        _R.REFRACTORY,
        _R.RELAPSE_CD19_POSITIVE,
        _R.RELAPSE_CD19_NEGATIVE,
        _R.NOT_EVALUABLE,
    ),
    Criteria.IMWG_2016: (
        _R.STRINGENT_COMPLETE,
        _R.COMPLETE,
        _R.VERY_GOOD_PARTIAL,
        _R.PARTIAL,
        _R.MINIMAL,
        _R.STABLE,
        _R.PROGRESSIVE,
        _R.NOT_EVALUABLE,
    ),
    Criteria.RECIST_1_1: (_R.COMPLETE, _R.PARTIAL, _R.STABLE, _R.PROGRESSIVE, _R.NOT_EVALUABLE),
}

# The criteria that a protocol's disease is judged by; a protocol that is not listed offers all.
USUAL_CRITERIA: Mapping[str, Criteria] = {
    "axi-cel-fl": Criteria.LUGANO_2014,
    "axi-cel-lbcl": Criteria.LUGANO_2014,
    "brexu-cel-all": Criteria.ALL_MARROW_MRD,
    "brexu-cel-mcl": Criteria.LUGANO_2014,
    "cilta-cel-mm": Criteria.IMWG_2016,
    "ide-cel-mm": Criteria.IMWG_2016,
    "liso-cel-lbcl": Criteria.LUGANO_2014,
    "obe-cel-all": Criteria.ALL_MARROW_MRD,
    "tcr-t-solid": Criteria.RECIST_1_1,
    "tisa-cel-all": Criteria.ALL_MARROW_MRD,
    "tisa-cel-fl": Criteria.LUGANO_2014,
    "tisa-cel-lbcl": Criteria.LUGANO_2014,
}


def criteria_for(protocol_code: str) -> tuple[Criteria, ...]:
    """Return the criteria to offer for a protocol, every one of them when none is usual.

    Source:
        Lymphoma: Cheson BD et al. Lugano classification. J Clin Oncol 2014;32:3059-3068.
        doi:10.1200/JCO.2013.54.8800. Chronic lymphocytic leukaemia: Hallek M et al. iwCLL. Blood
        2018;131:2745-2760. doi:10.1182/blood-2017-09-806398. Myeloma: Kumar S et al. IMWG. Lancet
        Oncol 2016;17:e328-e346. doi:10.1016/S1470-2045(16)30206-6. Solid tumours: Eisenhauer EA et
        al. RECIST 1.1. Eur J Cancer 2009;45:228-247. doi:10.1016/j.ejca.2008.10.026. Acute
        lymphoblastic leukaemia has no single paper: marrow blasts below 5 percent, with or without
        recovery of the counts, and measurable residual disease at 1 in 10,000.
    """
    usual = USUAL_CRITERIA.get(protocol_code)
    return (usual,) if usual else tuple(Criteria)


def check_response(criteria: str, response: str) -> None:
    """Refuse a word that its criteria do not have; a partial response is never called a failure.

    Raises:
        ResponseNotOnScale: the two do not belong together.
    """
    if response == Response.NOT_ASSESSED and not criteria:
        return
    if criteria not in set(Criteria) or response not in SCALES[Criteria(criteria)]:
        raise ResponseNotOnScale(f"{response!r} is not a response by {criteria!r}")
