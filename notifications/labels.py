"""Words for the states, reasons, kinds and channels of messages."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.domain.answers import Said, Source, WhyNot
from notifications.domain.proof import Fault
from notifications.domain.sending import Held
from notifications.domain.states import Purpose, State

Word = str | Promise

STATES: Mapping[State, Word] = {
    State.PENDING: _("waiting for its time"),
    State.LEASED: _("about to be sent"),
    State.SENDING: _("being sent"),
    State.SENT: _("sent"),
    State.DELIVERED: _("delivered"),
    State.FAILED: _("not delivered"),
    State.UNKNOWN: _("may or may not have been sent"),
    State.SUPPRESSED: _("not sent"),
    State.EXPIRED: _("too late to send"),
}

PURPOSES: Mapping[Purpose, Word] = {
    Purpose.COMFORT: _("comfort"),
    Purpose.SAFETY: _("safety"),
}

REASONS: Mapping[str, Word] = {
    "plan_moved": _("the plan changed"),
    "on_hold": _("the journey is on hold"),
    "too_late": _("the new date leaves no time for it"),
    "done": _("the activity is done"),
    "missed": _("the activity was missed"),
    "skipped": _("the activity was skipped"),
    "cancelled": _("the activity was cancelled"),
    "not_needed": _("the activity is not needed"),
    "died": _("the patient has died"),
    "withdrew": _("the patient has withdrawn"),
    "relapsed": _("the illness has come back or grown"),
    "ended": _("the journey has ended"),
    "opted_out": _("the recipient wants safety messages only"),
    "bounced": _("the address does not work"),
    "complained": _("the recipient called it unwanted"),
    "no_address": _("there is no address"),
    "no_zone": _("the recipient's time zone is not known"),
    "refused": _("it was refused on the way"),
    "no_text": _("the text could not be made"),
    "kills_worker": _("sending it stopped the program several times"),
    "no_more_tries": _("it was tried several times"),
    "reply_lost": _("no answer came"),
    "worker_lost": _("the program stopped while sending"),
    "late": _("it could not be sent in time"),
    "dropped": _("a person decided against it"),
}

KINDS: Mapping[str, Word] = {
    "appointment_booked": _("appointment booked"),
    "visit_soon": _("visit soon"),
    "visit_ahead": _("visit being planned"),
    "visit_missed": _("visit missed"),
    "prepare": _("to be prepared"),
    "waiting_news": _("news while waiting"),
    "going_home": _("going home"),
    "limits_soon": _("restriction ends soon"),
    "new_advice": _("new advice"),
    "plan_changed": _("plan changed"),
    "support_soon": _("visit soon, to the contact person"),
    "support_home": _("going home, to the contact person"),
    "support_missed": _("visit missed, to the contact person"),
    "visit_due": _("visit due"),
    "book_soon": _("to be booked"),
    "date_passed": _("date passed"),
    "tests_lapse": _("tests about to lapse"),
    "waiting_check": _("weekly check while waiting"),
    "arrival_soon": _("product expected soon"),
    "bridging_due": _("bridging due"),
    "checks_due": _("checks due"),
    "decision_due": _("decision due"),
    "protection_review": _("protection review"),
    "letter_due": _("letter due"),
    "form_due": _("registry form due"),
    "form_overdue": _("registry form overdue"),
    "referring_news": _("news for the referring centre"),
    "lost_contact": _("nobody reached"),
    "hold_lapses": _("held place lapses"),
    "digest": _("morning digest"),
    "interruption": _("needs somebody now"),
}

CHANNELS: Mapping[str, Word] = {
    "email": _("e-mail"),
    "sms": _("text message"),
    "in_app": _("message in this system"),
}
OPEN_CHANNELS = ("email", "sms")

SAID: Mapping[Said, Word] = {
    Said.CONFIRMED: _("confirmed"),
    Said.OTHER_TIME: _("asks for another time"),
}
WHY_NOT: Mapping[WhyNot, Word] = {
    WhyNot.TRAVEL: _("I cannot get there at that time"),
    WhyNot.NOBODY_ALONG: _("Nobody can come with me then"),
    WhyNot.WORK: _("Work or school"),
    WhyNot.OTHER_APPOINTMENT: _("I have another appointment then"),
    WhyNot.UNWELL: _("I do not feel well enough"),
    WhyNot.OTHER: _("Another reason"),
}
SOURCES: Mapping[Source, Word] = {
    Source.PATIENT: _("the patient"),
    Source.STAFF: _("staff, after a call"),
}

HELD: Mapping[Held, Word] = {
    Held.COPY: _("this is a restored or copied database"),
    Held.CLOCK: _("the clock of the database leapt ahead"),
    Held.PERSON: _("a person stopped it"),
}


FAULTS: Mapping[Fault, Word] = {
    Fault.MISSING: _("wanted by the plan, and no row says what became of it"),
    Fault.UNWANTED: _("would be sent, and no plan asks for it"),
    Fault.MOVED: _("would be sent for another day than the plan's"),
    Fault.BEHIND: _("written for an earlier plan, so that it would not be sent"),
    Fault.UNEXPLAINED: _("called sent, without a try"),
    Fault.LATE: _("due for too long"),
}
# The periodic jobs that leave a mark.
JOBS: Mapping[str, Word] = {
    "sweep": _("Sweep"),
    "extension": _("Writing what comes near"),
    "reconciliation": _("Proof"),
}
# The columns of the daily proof.
COLUMNS: Mapping[str, Word] = {
    "expected": _("Expected"),
    "delivered": _("Delivered"),
    "sent": _("Sent"),
    "suppressed": _("Not sent, for a reason"),
    "failed": _("Not delivered"),
    "expired": _("Too late"),
    "unknown": _("Uncertain"),
    "pending": _("To come"),
}


def state_choices() -> list[tuple[str, Word]]:
    """Return the states with their words."""
    return [(state.value, word) for state, word in STATES.items()]


def purpose_choices() -> list[tuple[str, Word]]:
    """Return the purposes with their words."""
    return [(purpose.value, word) for purpose, word in PURPOSES.items()]


def kind_choices() -> list[tuple[str, Word]]:
    """Return the kinds of message with their words."""
    return list(KINDS.items())


def channel_choices() -> list[tuple[str, Word]]:
    """Return the channels with their words."""
    return list(CHANNELS.items())


def open_channel_choices() -> list[tuple[str, Word]]:
    """Return the channels that need an address, with their words."""
    return [(name, CHANNELS[name]) for name in OPEN_CHANNELS]


def blocked_choices() -> list[tuple[str, Word]]:
    """Return the reasons for which an address is not used."""
    return [(reason, REASONS[reason]) for reason in ("bounced", "complained")]


def said_choices() -> list[tuple[str, Word]]:
    """Return the answers with their words."""
    return [(said.value, word) for said, word in SAID.items()]


def why_not_choices() -> list[tuple[str, Word]]:
    """Return the reasons for asking for another time, in the words of the person asked."""
    return [(reason.value, word) for reason, word in WHY_NOT.items()]


def source_choices() -> list[tuple[str, Word]]:
    """Return who may give an answer."""
    return [(source.value, word) for source, word in SOURCES.items()]


def held_choices() -> list[tuple[str, Word]]:
    """Return the reasons for which nothing is sent."""
    return [(held.value, word) for held, word in HELD.items()]


def reason_word(reason: str) -> Word:
    """Return the words of a reason; a code that nobody has named stands for itself."""
    return REASONS.get(reason, reason)
