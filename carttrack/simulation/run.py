"""The virtual clock: every day of a centre's years on which something is up."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from carttrack.audit.trace import writing
from carttrack.simulation.afternoons import afternoon
from carttrack.simulation.beat import Beat
from carttrack.simulation.centre import SYSTEM, Staffed, email_of, open_centre, phone_of, refer
from carttrack.simulation.desk import Desk
from carttrack.simulation.fates import REFERRAL, Fate, draw_fates
from carttrack.simulation.life import Life
from carttrack.simulation.mornings import morning
from carttrack.simulation.odds import DAYS_OF_A_YEAR, Odds
from carttrack.simulation.wire import Wire, draw_outages, simulated_channels
from carttrack.simulation.witness import Witness
from journeys.planning.domain.protocol import ActivityDefinition, Protocol
from journeys.planning.models import ProtocolVersion
from journeys.planning.services import extend_reminders, prove
from journeys.planning.workspace import protocol_of
from notifications.channels import OPEN_CHANNELS
from notifications.domain.proof import Proof
from notifications.models import Recipient
from notifications.services import turn_comfort_off

# A fixed beginning, so that a seed gives the same run on every day.
FIRST_ON = date(2026, 1, 5)
MONDAY = 0
MORNING, AFTERNOON, NIGHT = time(8), time(16), time(23, 45)
PRODUCT = "product_received"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """A run that is over: who lived through it, what the outside world noted, the site's proof."""

    lives: tuple[Life, ...]
    wire: Wire
    beat: Beat
    desk: Desk
    witness: Witness
    proof: Proof
    ends_at: datetime


def live(*, patients: int, years: int, seed: int, odds: Odds) -> Lived:
    """Live through the years of a centre in the present database, which has no centre yet."""
    with writing(actor=SYSTEM):
        return Run(patients=patients, years=years, seed=seed, odds=odds).whole()


class Run:
    """One run: the centre, its patients, the wire and the jobs."""

    def __init__(self, *, patients: int, years: int, seed: int, odds: Odds) -> None:
        self._seed = seed
        self._odds = odds
        self._last_on = FIRST_ON + timedelta(days=int(years * DAYS_OF_A_YEAR))
        self._staffed: Staffed = open_centre(first_on=FIRST_ON, years=years)
        self._versions = _newest_versions()
        self._fates = list(
            draw_fates(
                seed=seed,
                patients=patients,
                first_on=FIRST_ON,
                last_on=self._last_on,
                protocols=sorted(self._versions),
                odds=odds,
            )
        )
        starts_at = datetime.combine(FIRST_ON, time(0), tzinfo=UTC)
        outages = draw_outages(
            seed=seed, names=OPEN_CHANNELS, starts_at=starts_at, years=years, odds=odds
        )
        self._wire = Wire(seed=seed, odds=odds, outages=outages)
        self._beat = Beat(seed=seed, odds=odds, wire=self._wire)
        self._desk = Desk(seed=seed, by=self._staffed.coordinators[0])
        self._witness = Witness()
        self._lives: list[Life] = []

    def whole(self) -> Lived:
        """Live through every day."""
        day = FIRST_ON
        with simulated_channels(self._wire):
            while day <= self._last_on:
                self._live(day)
                day += ONE_DAY
            proof = self._prove()
        return Lived(
            lives=tuple(self._lives),
            wire=self._wire,
            beat=self._beat,
            desk=self._desk,
            witness=self._witness,
            proof=proof,
            ends_at=self._staffed.at(self._last_on, NIGHT),
        )

    def _prove(self) -> Proof:
        """Let the last night's jobs pass: what came near is written, and the proof is made."""
        now = self._staffed.at(self._last_on, NIGHT)
        for life in self._lives:
            if not life.is_over:
                with life.event():
                    extend_reminders(journey_uid=life.journey.uid, now=now, today=self._last_on)
        return prove(centre=self._staffed.centre, now=now, today=self._last_on)

    def _live(self, day: date) -> None:
        """Let one day pass: the morning's work, what is due meanwhile, the afternoon's records."""
        at = self._staffed.at(day, MORNING)
        self._sweep_until(at, has_news=False)
        while self._fates and self._fates[0].referred_on <= day:
            self._lives.append(self._begin(self._fates.pop(0), at))
        busy = [life for life in self._lives if life.next_on and life.next_on <= day]
        for life in busy:
            self._let_addresses_go(life, day, at)
            morning(life, day=day, now=at)
        if day.weekday() == MONDAY:
            self._desk.work({life.journey.uid: life for life in self._lives}, now=at)
        later = self._staffed.at(day, AFTERNOON)
        self._sweep_until(later, has_news=bool(busy) or day.weekday() == MONDAY)
        for life in busy:
            afternoon(life, self._witness, day=day, now=later)
        if busy:
            self._beat.watch_holds(later)
        self._sweep_until(self._staffed.at(day, NIGHT), has_news=bool(busy))

    def _sweep_until(self, at: datetime, *, has_news: bool) -> None:
        if has_news:
            self._beat.look_again()
        self._beat.run_until(at)

    def _begin(self, fate: Fate, at: datetime) -> Life:
        """Refer one patient."""
        if not fate.contact.email_works:
            self._wire.dead.add(email_of(fate))
        if not fate.contact.phone_works:
            self._wire.dead.add(phone_of(fate))
        journey = refer(fate, self._staffed, self._versions[fate.protocol], now=at)
        return Life(
            seed=self._seed,
            odds=self._odds,
            fate=fate,
            journey=journey,
            zone=self._staffed.zone,
            collection=collection_of(protocol_of(journey.protocol_version)),
            next_on=fate.referred_on + ONE_DAY,
            extended_on=fate.referred_on,
            happened={REFERRAL: fate.referred_on},
        )

    def _let_addresses_go(self, life: Life, day: date, now: datetime) -> None:
        """Let an address go dead, and a patient ask for fewer messages, when their time comes."""
        contact, days = life.fate.contact, (day - life.fate.referred_on).days
        if contact.email_dies_after is not None and days >= contact.email_dies_after:
            self._wire.dead.add(email_of(life.fate))
        if contact.comfort_off_after is not None and days >= contact.comfort_off_after:
            recipient = Recipient.objects.filter(uid=life.journey.patient.uid).first()
            if recipient is not None and life.opted_out_at is None:
                turn_comfort_off(recipient=recipient, now=now)
                life.opted_out_at = now


def collection_of(protocol: Protocol) -> ActivityDefinition:
    """Return the first thing that the product is made from, whatever the protocol calls it."""
    return protocol.activity(protocol.activity(PRODUCT).requires[0])


def _newest_versions() -> dict[str, ProtocolVersion]:
    """Return the newest version of every published protocol by its code."""
    versions = ProtocolVersion.objects.select_related("protocol__product").order_by("number")
    return {version.protocol.code: version for version in versions}
