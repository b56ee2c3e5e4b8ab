"""The fixtures of the whole suite do what the tests that use them trust in."""

import os
import subprocess
import sys

import pytest
import redis
from django.core.mail import send_mail
from django.urls import reverse


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
    response = page.goto(reverse("account_login"))

    assert response.status == 200
    assert page.get_by_role("heading", level=1).is_visible()


def test_the_health_address_answers_whatever_the_host_is_called(client, db):
    answer = client.get("/healthz", headers={"host": "10.0.0.7:8000"})

    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_the_health_address_says_when_the_database_is_away(project, tmp_path):
    ask = (
        "import django; django.setup(); from django.test import Client;"
        "print(Client().get('/healthz').status_code)"
    )
    away = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": "postgresql://127.0.0.1:1/away",
        "CARTTRACK_DATA_DIR": str(tmp_path),
    }
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ask],
        env=os.environ | away,
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.stdout.strip() == "503", result.stderr
