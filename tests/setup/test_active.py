"""Language, time zone and addresses stay with the thread or task that set them."""

import asyncio
import threading
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.urls import get_script_prefix, get_urlconf, set_script_prefix, set_urlconf
from django.utils import timezone, translation
from django.utils.translation import gettext

from carttrack.active import PLACES, Active, keep_in_context

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def _in_a_thread(ask: Callable[[], object]) -> object:
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(ask()))
    thread.start()
    thread.join()
    return found[0]


def test_django_asks_where_we_keep_it() -> None:
    """A release of Django that keeps it elsewhere is seen here, before it is seen on a clock."""
    kept = [getattr(module, name) for module, name in PLACES]
    assert all(isinstance(each, Active) for each in kept)
    language, zone, prefix, routes = kept
    with translation.override("sv"), timezone.override(STOCKHOLM):
        assert language.value.language() == "sv"
        assert zone.value == STOCKHOLM
    set_urlconf("carttrack.urls")
    assert (routes.value, prefix.value) == ("carttrack.urls", get_script_prefix())
    set_urlconf(None)
    assert not hasattr(routes, "value")
    keep_in_context()
    assert [getattr(module, name) for module, name in PLACES] == kept


def test_what_is_active_ends_with_its_block() -> None:
    """An override inside another, and one that switches translation off, leave what was there."""
    with translation.override("sv"):
        swedish = gettext("Monday")
        with translation.override("es"):
            assert gettext("Monday") != swedish
        with translation.override(None):
            assert translation.get_language() is None
            assert gettext("Monday") == "Monday"
        assert (translation.get_language(), gettext("Monday")) == ("sv", swedish)
    with timezone.override(STOCKHOLM):
        with timezone.override(None):
            assert timezone.get_current_timezone() == timezone.get_default_timezone()
        assert timezone.get_current_timezone() == STOCKHOLM
    timezone.deactivate()
    assert timezone.get_current_timezone() == timezone.get_default_timezone()


def test_a_thread_knows_nothing_of_another() -> None:
    """Two requests on two threads have each their own language, zone and prefix."""
    before = get_script_prefix()
    try:
        set_script_prefix("/elsewhere/")
        with translation.override("sv"), timezone.override(STOCKHOLM):
            assert _in_a_thread(translation.get_language) == "en"
            assert _in_a_thread(timezone.get_current_timezone) == timezone.get_default_timezone()
            assert _in_a_thread(get_script_prefix) == "/"
            assert _in_a_thread(lambda: translation.activate("es")) is None
            assert translation.get_language() == "sv"
    finally:
        set_script_prefix(before)
    assert _in_a_thread(get_urlconf) is None


def test_a_task_knows_nothing_of_another() -> None:
    """Two requests answered in turns on one thread do not see each other's language."""

    async def answer(language: str) -> tuple[str | None, str | None]:
        with translation.override(language):
            await asyncio.sleep(0)
            return translation.get_language(), await sync_to_async(translation.get_language)()

    async def both() -> list[tuple[str | None, str | None]]:
        return list(await asyncio.gather(answer("sv"), answer("es")))

    assert async_to_sync(both)() == [("sv", "sv"), ("es", "es")]


def test_nothing_else_may_be_kept_there() -> None:
    """What Django would keep beside the value is refused, not silently shared by all threads."""
    with pytest.raises(AttributeError):
        Active("spare").other = 1  # type: ignore[attr-defined]
