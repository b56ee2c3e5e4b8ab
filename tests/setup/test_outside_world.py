"""The fixtures of the whole suite do what the tests that use them trust in."""

import pytest
import redis
from django.core.mail import send_mail


def test_mail_goes_to_a_real_server(smtp_sink):
    send_mail("News", "Please sign in.", "centre@example.com", ["ada@example.com"])

    assert smtp_sink.recipients == [["ada@example.com"]]
    assert smtp_sink.messages[0]["Subject"] == "News"


def test_a_mail_server_can_refuse_a_recipient(smtp_sink):
    smtp_sink.refuse = lambda address: "550 no such person"

    with pytest.raises(OSError, match="no such person"):
        send_mail("News", "Please sign in.", "centre@example.com", ["nobody@example.com"])
    assert not smtp_sink.messages


def test_redis_is_a_server_of_our_own(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()


def test_a_page_loads_in_a_real_browser(page):
    response = page.goto("/healthz")

    assert response.status == 200
    assert page.inner_text("body").strip() == "ok"
