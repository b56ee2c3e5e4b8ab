"""Two requests that wait for each other: one is carried out, the other told so."""

import threading
from http import HTTPStatus

import pytest
from django.db import OperationalError, connection, transaction
from django.test import RequestFactory

from carttrack.accounts.models import Centre
from carttrack.conflicts import ConflictMiddleware
from tests.factories import CentreFactory

pytestmark = pytest.mark.django_db(transaction=True)


def locked_in_turn(first: Centre, second: Centre, meet: threading.Barrier) -> None:
    with transaction.atomic():
        Centre.objects.select_for_update().get(pk=first.pk)
        meet.wait(timeout=10)
        Centre.objects.select_for_update().get(pk=second.pk)


def test_who_waits_for_whoever_waits_for_them_is_told_that_somebody_was_first():
    one, other = CentreFactory(), CentreFactory()
    meet = threading.Barrier(2)
    stopped: list[OperationalError] = []

    def press(first, second):
        try:
            locked_in_turn(first, second, meet)
        except OperationalError as error:
            stopped.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    [error] = stopped
    answer = ConflictMiddleware(lambda request: None).process_exception(
        RequestFactory().post("/"), error
    )
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Nothing of yours was saved" in answer.text


def test_other_trouble_of_the_database_stays_trouble():
    middleware = ConflictMiddleware(lambda request: None)

    assert middleware.process_exception(RequestFactory().post("/"), OperationalError()) is None
    assert middleware.process_exception(RequestFactory().post("/"), ValueError()) is None
