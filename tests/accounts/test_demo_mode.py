"""A demo serves invented people on this machine and refuses everything else."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from carttrack.accounts.checks import demo_stays_here
from carttrack.demo_mode import production_signs, refuse_production

HERE = ["localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize(
    ("environ", "hosts", "named"),
    [
        ({}, [*HERE, "cart.example.org"], "cart.example.org"),
        ({"DJANGO_SECRET_KEY": "long"}, HERE, "DJANGO_SECRET_KEY"),
        ({"DATABASE_URL": "postgresql://u:p@db.example.org/cart"}, HERE, "DATABASE_URL"),
        ({"EMAIL_HOST": "mail.example.org"}, HERE, "EMAIL_HOST"),
        ({"EMAIL_PROVIDER": "postmark"}, HERE, "EMAIL_PROVIDER"),
        ({"SMS_GATEWAY": "46elks"}, HERE, "SMS_GATEWAY"),
    ],
)
def test_a_demo_does_not_start_with_settings_of_production(environ, hosts, named):
    with pytest.raises(ImproperlyConfigured, match=named):
        refuse_production(environ, allowed_hosts=hosts)


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"DATABASE_URL": "postgresql://u:p@127.0.0.1:5433/demo", "EMAIL_HOST": "localhost"},
        {"DATABASE_URL": "postgresql://u@[::1]/demo"},
        {"DATABASE_URL": "postgresql:///demo?host=/tmp", "EMAIL_HOST": ""},
    ],
)
def test_a_demo_starts_on_this_machine(environ):
    refuse_production(environ, allowed_hosts=HERE)

    assert production_signs(environ, allowed_hosts=HERE) == []


def test_the_check_finds_what_a_settings_file_smuggled_in(settings):
    settings.DEMO = True
    settings.ALLOWED_HOSTS = HERE
    settings.EMAIL_HOST = "mail.example.org"

    (found,) = demo_stays_here(app_configs=None)

    assert "EMAIL_HOST" in found.msg


def test_the_check_leaves_production_alone(settings):
    settings.ALLOWED_HOSTS = ["cart.example.org"]

    assert demo_stays_here(app_configs=None) == []
