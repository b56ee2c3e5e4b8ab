"""The invented centres, people and stories of the demonstration, read from their files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import normalize

import yaml

# People with an address here are offered on the sign-in page; the others are not.
SHOWN_DOMAIN = "demo.carttrack.invalid"
OTHER_DOMAIN = "patients.carttrack.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStaff:
    """A person who works at a demonstration centre."""

    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCentre:
    """A demonstration centre with its people; `details` are the centre's own fields."""

    details: Mapping[str, Any]
    staff: tuple[DemoStaff, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a journey ends: so many days after an activity happened, for a coded reason."""

    after: str
    days: int
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What happens to a journey so many days after an activity happened.

    It `does` one of hold, resume, again (another cycle, from a stage) and visit (unscheduled, named
    by its note). `expected` counts the days until a hold is expected to end.
    """

    after: str
    days: int
    does: str
    reason: str = ""
    stage: str = ""
    expected: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What goes differently from the plan; codes are those of activities."""

    late: Mapping[str, int] = field(default_factory=dict)
    unbooked: Sequence[str] = ()
    unrecorded: Sequence[str] = ()
    missed: Sequence[str] = ()
    locked: Mapping[str, int] = field(default_factory=dict)
    ends: Ending | None = None
    turns: Sequence[Turn] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPatient:
    """An invented patient; `referred` counts days before today."""

    name: str
    born: date
    referred: int
    centre: str
    protocol: str
    shown: bool = False
    reachable: bool = True
    story: Story = field(default_factory=Story)

    @property
    def email(self) -> str:
        """Return the invented address; empty for a person without one."""
        plain = normalize("NFKD", self.name.lower()).encode("ascii", "ignore").decode()
        domain = SHOWN_DOMAIN if self.shown else OTHER_DOMAIN
        return f"{'.'.join(plain.split())}@{domain}" if self.reachable else ""


def read_centres(folder: Path) -> tuple[DemoCentre, ...]:
    """Return the centres of `centres.yaml`."""
    content = yaml.safe_load((folder / "centres.yaml").read_text("utf-8"))
    return tuple(
        DemoCentre(staff=tuple(DemoStaff(**person) for person in entry.pop("staff")), details=entry)
        for entry in content
    )


def read_cohort(folder: Path) -> tuple[DemoPatient, ...]:
    """Return the patients of `cohort.yaml`, its defaults filled in."""
    content = yaml.safe_load((folder / "cohort.yaml").read_text("utf-8"))
    return tuple(_patient(content["defaults"] | entry) for entry in content["patients"])


def _patient(entry: dict[str, Any]) -> DemoPatient:
    story = dict(entry.pop("story", {}))
    ends = story.pop("ends", None)
    turns = tuple(Turn(**turn) for turn in story.pop("turns", ()))
    ending = Ending(**ends) if ends else None
    return DemoPatient(**entry, story=Story(**story, ends=ending, turns=turns))
