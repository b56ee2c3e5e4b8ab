"""The board: where every active journey of a centre stands, and which of them need a hand."""

from dataclasses import dataclass
from datetime import date

from carttrack.accounts.models import Centre, User, reader_key
from journeys.worklist.selectors.cards import Card, cards
from journeys.worklist.selectors.columns import Columns
from journeys.worklist.selectors.owners import EVERYBODY, Owner
from journeys.worklist.selectors.standings import COUNTED, Narrowing, Queues, queues

# About as many as a lane shows on a screen before it scrolls.
FIRST_CARDS = 6
PAST_THE_LAST = "all-done"  # how an address names the lane of journeys that are through


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Whose board of which centre on which day, what it is narrowed to, and which lane is open.

    Units:
        today: the local calendar date at the centre.
    """

    user: User
    centre: Centre
    today: date
    owner: Owner = EVERYBODY
    protocol: str = ""
    lane: str = ""  # by its key

    def queues(self, codes: tuple[str, ...]) -> Queues:
        """Return who stands in each of some stages."""
        owner = self.owner.user
        values = {
            "reader": reader_key(self.user),
            "centre": self.centre.pk,
            "today": self.today,
            "owner": owner.pk if owner else None,
            "protocol": self.protocol,
        }
        narrowing = Narrowing(by_owner=owner is not None, by_protocol=bool(self.protocol))
        return queues(codes, narrowing, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One stage with its journeys, those that need a hand first; `code` is empty past the last.

    `troubled` counts all who need a hand, not only those whose cards are shown; `is_cut` when
    there may be more of them.
    """

    code: str
    title: str
    cards: tuple[Card, ...]
    found: int
    troubled: int
    is_cut: bool
    is_open: bool

    @property
    def key(self) -> str:
        """Return how addresses name the lane."""
        return self.code or PAST_THE_LAST

    @property
    def count(self) -> str:
        """Return how many stand here, as a counter says it."""
        return f"{COUNTED}+" if self.is_beyond_counting else str(self.found)

    @property
    def is_beyond_counting(self) -> bool:
        """Tell whether more stand here than are counted."""
        return self.found > COUNTED

    @property
    def troubles(self) -> str:
        """Return how many need a hand, as a counter says it; empty for nobody."""
        more = "+" if self.is_cut else ""
        return f"{self.troubled}{more}" if self.troubled else ""

    @property
    def within_reach(self) -> int:
        """Return how many cards the lane shows once it is open."""
        return min(self.found, COUNTED)

    @property
    def has_more(self) -> bool:
        """Tell whether the lane was cut."""
        return self.found > len(self.cards)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All lanes in the order of the stages."""

    lanes: tuple[Lane, ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        """Return every card, for the read log."""
        return tuple(card for lane in self.lanes for card in lane.cards)


def board(scene: Scene, columns: Columns) -> Board:
    """Return the board in three queries, whatever the size of the centre.

    The lane past the last stage stands there only while somebody stands in it.
    """
    found = scene.queues((*columns, ""))
    if not found.lanes[""].found:
        del found.lanes[""]
    return Board(lanes=_lanes(scene, columns, found))


def open_lane(scene: Scene, columns: Columns) -> Lane | None:
    """Return the one lane that the scene opens, if there is such a stage."""
    code = "" if scene.lane == PAST_THE_LAST else scene.lane
    if code not in {*columns, ""}:
        return None
    (lane,) = _lanes(scene, columns, scene.queues((code,)))
    return lane


def _lanes(scene: Scene, columns: Columns, found: Queues) -> tuple[Lane, ...]:
    is_open = {code: scene.lane == (code or PAST_THE_LAST) for code in found.lanes}
    picked = {
        code: list(queue.journeys)[: COUNTED if is_open[code] else FIRST_CARDS]
        for code, queue in found.lanes.items()
    }
    shown = cards([pk for journeys in picked.values() for pk in journeys], today=scene.today)
    return tuple(
        Lane(
            code=code,
            title=columns.get(code, ""),
            cards=tuple(shown[pk] for pk in picked[code] if pk in shown),
            found=queue.found,
            troubled=len(queue.troubled),
            is_cut=found.is_cut,
            is_open=is_open[code],
        )
        for code, queue in found.lanes.items()
    )
