"""What the frame around every page says of messages, read in one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from carttrack.accounts.access import CENTRE_KEY
from carttrack.accounts.domain import Role
from carttrack.accounts.models import Membership, User
from carttrack.accounts.selectors import Post, asked_for_posts, posts_from, workplace_from
from carttrack.prepared import READER, Asked, Param, Rows, prepared
from notifications.domain.sending import LATE, Held
from notifications.domain.states import State
from notifications.labels import HELD, Word
from notifications.models import Heartbeat, InboxMessage, Installation, Reconciliation, Reminder

# Where the database is now; it sends only where it was when it was last allowed to.
INSTALLATION = Param("installation", CharField())
HERE = Func(INSTALLATION, function="notifications_identity", output_field=CharField())
KEEPERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How many messages a person has not opened, and what is wrong with all sending.

    `late_since` is when a sweep last ended, or else when something was due, if that is too long
    ago. `is_open` says that the proof of one of the person's centres does not close.
    """

    unread: int = 0
    held: Held | None = None
    late_since: datetime | None = None
    is_open: bool = False

    @property
    def held_word(self) -> Word:
        """Say why nothing is sent."""
        return HELD[self.held] if self.held else ""


def asked_for_frame(user: User | AnonymousUser) -> list[Asked]:
    """Return the questions where a person works and what the frame around their pages says."""
    return [
        asked_for_posts(user),
        _frame().asked(reader=user.pk, installation=settings.INSTALLATION),
    ]


def frame_from(request: Any, posts: Rows, frame: Rows, *, now: datetime) -> list[Post]:
    """Return a signed-in person's posts from the answers of `asked_for_frame`.

    Where they look, and what the frame says, stay with the request, as `workplace` and `sending`,
    for whatever is drawn of them.
    """
    held = posts_from(posts)
    request.sending = _from(frame, now=now)
    request.workplace = workplace_from(held, chosen=request.session.get(CENTRE_KEY, ""))
    return held


def _from(found: Rows, *, now: datetime) -> Frame:
    for unread, held, swept_at, is_open in found:
        return Frame(
            unread=unread,
            held=Held(held) if held else None,
            late_since=swept_at if swept_at and now - swept_at > LATE else None,
            is_open=is_open,
        )
    return Frame()


@prepared
def _frame() -> "QuerySet[User, Any]":
    mine = InboxMessage.objects.unread().filter(recipient__user=OuterRef("pk")).order_by()
    unread = mine.annotate(of=Value(1)).values("of").annotate(found=Count("pk")).values("found")
    held = Installation.objects.annotate(why=why_held()).values("why")
    return User.objects.filter(pk=READER).values_list(
        Coalesce(Subquery(unread), 0), Subquery(held), swept_at(), _is_open()
    )


def why_held() -> Case:
    """Return why an installation does not send; empty when it does."""
    return Case(
        When(held_at__isnull=False, then=F("held_because")),
        When(~Q(marker=HERE), then=Value(Held.COPY.value)),
        default=Value(""),
    )


def swept_at() -> Coalesce:
    """Return when the last sweep ended; before the first one, since when something is due."""
    beats = Heartbeat.objects.filter(name="sweep").values("beat_at")
    waiting = Reminder.objects.filter(state=State.PENDING).order_by("due_at", "id")
    return Coalesce(Subquery(beats), Subquery(waiting.values("due_at")[:1]))


def _is_open() -> Exists:
    keepers = Membership.objects.of(READER, KEEPERS).values("centre")
    return Exists(Reconciliation.objects.open().filter(centre__in=keepers))
