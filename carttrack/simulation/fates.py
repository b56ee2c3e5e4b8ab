"""What is drawn from the seed for one patient before their first day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from carttrack.simulation.chance import chance
from carttrack.simulation.odds import DAYS_OF_A_YEAR, Odds
from journeys.planning.domain.states import EndReason, HoldReason

# What spans count from; each protocol has a code of its own for the collection.
REFERRAL, COLLECTION, INFUSION = "referral", "collection", "infusion"
MOST_ATTEMPTS = 3
LONGEST_LIFE = 40 * 365

# Why a journey may end on the way to the infusion, in turn by chance.
ON_THE_WAY = (
    EndReason.PROGRESSION,
    EndReason.PROGRESSION,
    EndReason.DEATH,
    EndReason.PATIENT_WITHDREW,
    EndReason.UNFIT_INFECTION,
    EndReason.UNFIT_ORGAN,
    EndReason.REMISSION,
)


class Making(StrEnum):
    """How one attempt to make the product ends."""

    GOOD = "good"
    COLLECTION_FAILED = "collection_failed"
    MANUFACTURING_FAILED = "manufacturing_failed"
    ACCEPTED = "accepted"  # out of specification, infused all the same
    OUT_OF_SPECIFICATION = "out_of_specification"


FAILED = frozenset(
    {Making.COLLECTION_FAILED, Making.MANUFACTURING_FAILED, Making.OUT_OF_SPECIFICATION}
)
GIVEN_UP = {
    Making.COLLECTION_FAILED: EndReason.COLLECTION_FAILURE,
    Making.MANUFACTURING_FAILED: EndReason.MANUFACTURING_FAILURE,
    Making.OUT_OF_SPECIFICATION: EndReason.OUT_OF_SPECIFICATION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A hold: so many days after the collection or the referral, for so long."""

    after: str
    days: int
    lasts: int
    reason: HoldReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One cycle on its way to the infusion; 0 days of anything mean that it does not happen."""

    making: Making
    failed_after: int
    slip: int
    no_bed: int
    pause: Pause | None
    slot_lapses: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a journey may end: so many days after something happened, known so many days later.

    Before the infusion only one that counts from an earlier point comes true, and after it only one
    that counts from it.
    """

    after: str
    days: int
    known_after: int
    reason: EndReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How a patient is reached; a number of days says when a good e-mail address goes dead."""

    language: str
    has_email: bool
    email_works: bool
    email_dies_after: int | None
    has_phone: bool
    phone_works: bool
    comfort_off_after: int | None
    has_relative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """Everything about one patient that no plan can know."""

    number: int
    referred_on: date
    born_on: date
    protocol: str
    travel_minutes: int
    contact: Contact
    attempts: tuple[Attempt, ...]
    endings: tuple[Ending, ...]
    intensive_care: int
    short_track: bool
    treated_again_after: int | None
    visit_in_between_after: int | None


def draw_fates(
    *, seed: int, patients: int, first_on: date, last_on: date, protocols: Sequence[str], odds: Odds
) -> tuple[Fate, ...]:
    """Return the patients in the order of their referrals, spread over the whole time."""
    days = (last_on - first_on).days
    offsets = sorted(chance(seed, "referrals").choices(range(days), k=patients))
    return tuple(
        draw_fate(
            seed=seed,
            number=number,
            referred_on=first_on + timedelta(days=offset),
            protocols=protocols,
            odds=odds,
        )
        for number, offset in enumerate(offsets, start=1)
    )


def draw_fate(
    *, seed: int, number: int, referred_on: date, protocols: Sequence[str], odds: Odds
) -> Fate:
    """Draw one patient; the same seed and number give the same one."""
    rng = chance(seed, number, "fate")
    again = _after(rng, odds.treated_again, 300, 900)
    attempts = _attempts(rng, odds)
    if again is not None:
        attempts += (_attempt(rng, odds, Making.GOOD),)
    return Fate(
        number=number,
        referred_on=referred_on,
        born_on=referred_on - timedelta(days=rng.randint(6 * 365, 82 * 365)),
        protocol=rng.choice(protocols),
        travel_minutes=rng.randint(10, 240),
        contact=_contact(rng, odds),
        attempts=attempts,
        endings=_endings(rng, odds),
        intensive_care=rng.randint(4, 12) if rng.random() < odds.intensive_care else 0,
        short_track=rng.random() < odds.short_track,
        treated_again_after=again,
        visit_in_between_after=_after(rng, odds.visit_in_between, 10, 700),
    )


def _attempts(rng: Random, odds: Odds) -> tuple[Attempt, ...]:
    """Draw cycles until one gives a product or nobody wants another."""
    drawn: list[Attempt] = []
    while len(drawn) < MOST_ATTEMPTS:
        drawn.append(_attempt(rng, odds, _making(rng, odds)))
        if drawn[-1].making not in FAILED or rng.random() < odds.gives_up_after_failure:
            break
    return tuple(drawn)


def _making(rng: Random, odds: Odds) -> Making:
    if rng.random() < odds.collection_fails:
        return Making.COLLECTION_FAILED
    if rng.random() < odds.manufacturing_fails:
        return Making.MANUFACTURING_FAILED
    if rng.random() < odds.out_of_specification:
        is_accepted = rng.random() < odds.accepted_all_the_same
        return Making.ACCEPTED if is_accepted else Making.OUT_OF_SPECIFICATION
    return Making.GOOD


def _attempt(rng: Random, odds: Odds, making: Making) -> Attempt:
    return Attempt(
        making=making,
        failed_after=2 if making is Making.COLLECTION_FAILED else rng.randint(12, 20),
        slip=rng.randint(2, 25) if rng.random() < odds.product_slips else 0,
        no_bed=rng.randint(1, 9) if rng.random() < odds.no_bed else 0,
        pause=_pause(rng, odds),
        slot_lapses=rng.random() < odds.hold_of_slot_lapses,
    )


def _pause(rng: Random, odds: Odds) -> Pause | None:
    if rng.random() >= odds.held:
        return None
    reasons = (HoldReason.INFECTION, HoldReason.BRIDGING, HoldReason.UNFIT, HoldReason.LOGISTICS)
    return Pause(
        after=rng.choice((REFERRAL, COLLECTION)),
        days=rng.randint(3, 25),
        lasts=rng.randint(4, 28),
        reason=rng.choice(reasons),
    )


def _endings(rng: Random, odds: Odds) -> tuple[Ending, ...]:
    """Draw what may end the journey; whichever comes true first does."""
    drawn = []
    if rng.random() < odds.not_eligible:
        drawn.append(Ending(after=REFERRAL, days=10, known_after=0, reason=EndReason.NOT_ELIGIBLE))
    if rng.random() < odds.ends_on_the_way:
        reason = rng.choice(ON_THE_WAY)
        drawn.append(
            Ending(
                after=rng.choice((REFERRAL, COLLECTION)),
                days=rng.randint(5, 45),
                known_after=_known_after(rng, reason),
                reason=reason,
            )
        )
    dies_after = _years(rng, odds.deaths_a_year)
    if rng.random() < odds.dies_soon:
        dies_after = rng.randint(4, 60)
    for reason, days in (
        (EndReason.DEATH, dies_after),
        (EndReason.PATIENT_WITHDREW, _years(rng, odds.withdrawals_a_year)),
    ):
        known_after = _known_after(rng, reason)
        drawn.append(Ending(after=INFUSION, days=days, known_after=known_after, reason=reason))
    return tuple(drawn)


def _known_after(rng: Random, reason: EndReason) -> int:
    """Return after how many days the centre learns of it; of a death at home often late."""
    return rng.choice((0, 0, 1, 2, 5, 12, 30)) if reason is EndReason.DEATH else 0


def _years(rng: Random, a_year: float) -> int:
    """Return after how many days something happens that comes at a constant rate a year."""
    return 1 + int(min(LONGEST_LIFE, rng.expovariate(a_year / DAYS_OF_A_YEAR)))


def _contact(rng: Random, odds: Odds) -> Contact:
    return Contact(
        language=rng.choice(("en", "sv", "es")),
        has_email=rng.random() >= odds.no_email,
        email_works=rng.random() >= odds.email_is_wrong,
        email_dies_after=_after(rng, odds.email_dies, 30, 3000),
        has_phone=rng.random() >= odds.no_phone,
        phone_works=rng.random() >= odds.phone_is_wrong,
        comfort_off_after=_after(rng, odds.turns_comfort_off, 20, 1500),
        has_relative=rng.random() >= odds.no_relative,
    )


def _after(rng: Random, chance: float, earliest: int, latest: int) -> int | None:
    days = rng.randint(earliest, latest)
    return days if rng.random() < chance else None
