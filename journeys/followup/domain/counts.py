"""Laboratory values of a visit: their units, what is plausible, and slips of the unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One laboratory value, in one unit only.

    `slip_factor` turns the value in the other unit that laboratories print (`slip_unit`) into ours.

    Units:
        lowest, highest: in `unit`, both inclusive.
    """

    code: str
    unit: str
    lowest: Decimal
    highest: Decimal
    decimals: int
    slip_unit: str
    slip_factor: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Implausible:
    """A value outside its bounds; `meant` is the value in our unit if the unit slipped."""

    measure: Measure
    value: Decimal
    meant: Decimal | None


CELLS = "×10⁹/L"  # noqa: RUF001 - the sign that laboratories print
PER_UL = "/µL"
THOUSANDTH = Decimal("0.001")

# The bounds are wide on purpose: they stop slips of the unit and of the finger and judge nobody.
MEASURES: Mapping[str, Measure] = {
    measure.code: measure
    for measure in (
        Measure(
            code="haemoglobin",
            unit="g/L",
            lowest=Decimal(20),
            highest=Decimal(250),
            decimals=0,
            slip_unit="g/dL",
            slip_factor=Decimal(10),
        ),
        Measure(
            code="neutrophils",
            unit=CELLS,
            lowest=Decimal(0),
            highest=Decimal(60),
            decimals=2,
            slip_unit=PER_UL,
            slip_factor=THOUSANDTH,
        ),
        Measure(
            code="platelets",
            unit=CELLS,
            lowest=Decimal(0),
            highest=Decimal(2000),
            decimals=0,
            slip_unit=PER_UL,
            slip_factor=THOUSANDTH,
        ),
        Measure(
            code="lymphocytes",
            unit=CELLS,
            lowest=Decimal(0),
            highest=Decimal(300),
            decimals=2,
            slip_unit=PER_UL,
            slip_factor=THOUSANDTH,
        ),
        Measure(
            code="igg",
            unit="g/L",
            lowest=Decimal(0),
            highest=Decimal(120),
            decimals=1,
            slip_unit="mg/dL",
            slip_factor=Decimal("0.01"),
        ),
        Measure(
            code="cd4",
            unit=PER_UL,
            lowest=Decimal(0),
            highest=Decimal(5000),
            decimals=0,
            slip_unit=CELLS,
            slip_factor=Decimal(1000),
        ),
    )
}


def implausible(code: str, value: Decimal) -> Implausible | None:
    """Return what is wrong with a value, or None when it may stand.

    A neutrophil count of 1500 is a count per microlitre: read as 10^9 per litre it would turn a
    grave shortage into a normal count. Units that count whole things refuse fractions, which
    catches the same slip in the other direction (CD4 of 0.3).
    """
    measure = MEASURES[code]
    is_inside = measure.lowest <= value <= measure.highest
    if is_inside and value == round(value, measure.decimals):
        return None
    meant = value * measure.slip_factor
    if not measure.lowest < meant <= measure.highest:  # what is huge cannot even be rounded
        return Implausible(measure=measure, value=value, meant=None)
    meant = round(meant, measure.decimals)
    return Implausible(
        measure=measure, value=value, meant=meant if meant > measure.lowest else None
    )
