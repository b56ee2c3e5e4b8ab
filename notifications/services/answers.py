"""Keeping what people answer to a message that asks."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from carttrack.accounts.models import User
from notifications.domain.answers import Said, Source, WhyNot
from notifications.models import Answer, Topic


@transaction.atomic
def keep_answer(
    *,
    topic_uid: UUID,
    about: UUID,
    starts_at: datetime,
    said: Said,
    source: Source,
    by: User,
    now: datetime,
    reason: WhyNot | None = None,
    words: str = "",
) -> tuple[Answer, bool]:
    """Add an answer about an occurrence, and tell whether it says anything new.

    The same answer again, by a second press of the button, adds nothing and returns the first.

    Raises:
        Topic.DoesNotExist: nothing was ever written about it.
    """
    topic = (
        Topic.objects.select_related("thread")
        .select_for_update(of=("self",), no_key=True)
        .get(uid=topic_uid)
    )
    given = {"said": said.value, "reason": reason.value if reason else "", "words": words.strip()}
    last = Answer.objects.filter(about=about).order_by("-id").first()
    if last and {name: getattr(last, name) for name in given} == given:
        return last, False
    return Answer.objects.create(
        topic=topic,
        centre_id=topic.thread.centre_id,
        about=about,
        starts_at=starts_at,
        source=source.value,
        by=by,
        at=now,
        **given,
    ), True
