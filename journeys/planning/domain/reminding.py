"""The rules for messages about an activity, as a protocol has them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal


class Audience(StrEnum):
    """Who gets a reminder; found among the journey's people when the plan is written."""

    PATIENT = "patient"
    CAREGIVER = "caregiver"  # the relative or friend whom the patient named
    COORDINATOR = "coordinator"
    LEAD = "lead"  # a colleague of the journey's coordinator
    CLINICIAN = "clinician"
    DATA_MANAGER = "data_manager"
    REFERRING = "referring"  # a coordinator at the centre that sent the patient


class ReminderWhen(StrEnum):
    """In which state of its activity a reminder makes sense."""

    BOOKED = "booked"
    UNBOOKED = "unbooked"
    ALWAYS = "always"
    DONE = "done"  # counted from the day on which it happened


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRepeat:
    """How often a message comes again, whatever became of the one before."""

    every_days: int
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDefinition:
    """A rule for one message about an activity, or for several of a kind.

    One that `asks` wants to hear whether the recipient comes. `quiet` "ignore" lets it wake people.
    Of an activity that comes back, a `first_only` rule means its first occurrence alone.

    Units:
        offset_days: calendar days from the activity's day, negative before it.
        at: local wall time "HH:MM" at the recipient.
        expires_days: days after the send day at whose end it would only confuse; 0 is the same day.
        escalate_hours: after so many hours without an acknowledgement somebody else is told.
    """

    code: str
    kind: str
    audience: Audience
    channel: str
    offset_days: int | None  # None: at once, when the activity gets booked
    at: str = "09:00"
    expires_days: int = 1
    when: ReminderWhen = ReminderWhen.ALWAYS
    purpose: Literal["comfort", "safety"] = "comfort"
    quiet: Literal["wait", "ignore"] = "wait"
    asks: bool = False
    first_only: bool = False
    escalate_hours: int | None = None
    repeat: ReminderRepeat | None = None

    def each(self) -> Iterator["ReminderDefinition"]:
        """Yield a rule for each message; the first goes by the bare code, the next by `code#2`."""
        if self.repeat is None or self.offset_days is None:
            yield self
            return
        for number in range(self.repeat.times):
            yield replace(
                self,
                code=f"{self.code}#{number + 1}" if number else self.code,
                offset_days=self.offset_days + number * self.repeat.every_days,
                repeat=None,
            )
