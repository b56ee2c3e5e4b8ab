"""What was answered about one occurrence."""

from uuid import UUID

from notifications.models import Answer


def last_said(*, about: UUID) -> str:
    """Return the last answer about an appointment; empty when nobody answered."""
    found = Answer.objects.filter(about=about).order_by("-id").values_list("said", flat=True)
    return found.first() or ""
