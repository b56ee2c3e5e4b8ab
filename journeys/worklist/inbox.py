"""What the inbox, which knows no patient, is told: whom its messages are about."""

from collections.abc import Collection, Mapping

from django.http import HttpRequest

from carttrack.accounts.models import User
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from journeys.worklist.selectors.subjects import subjects_of
from notifications.selectors import ThreadAndLink


def names_for(
    request: HttpRequest, messages: Collection[ThreadAndLink]
) -> Mapping[ThreadAndLink, str]:
    """Return the patients' names that the reader may see, and note that they do."""
    if not isinstance(request.user, User):
        return {}
    subjects = subjects_of(request.user, messages)
    if subjects:
        reads.log(request, subjects.values(), how=ReadHow.LIST)
    return {message: subject.name for message, subject in subjects.items()}
