"""What is timed by bench/dispatch.py, each role in processes of its own.

`python -m bench.dispatch_work ROLE COUNT` loads everything, says "ready", waits for a line, works,
and says "done". Every role sends the same words to the same address.
"""

import logging
import os
import signal
import smtplib
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from importlib import import_module
from uuid import uuid4

import django

SENDER, ADDRESS = "no-reply@carttrack.invalid", "somebody@example.test"
KIND = "visit_soon"
# How much is written to the ledger or the queue in one statement.
CHUNK = 5_000


def owe(count: int) -> None:
    """Owe messages that are due, of a purpose that no program repeats by itself."""
    from django.utils import timezone

    from carttrack.accounts.models import Centre
    from notifications.domain.states import Purpose
    from notifications.models import Address, Recipient, Reminder, Thread

    centre, _ = Centre.objects.get_or_create(
        code="bench",
        defaults={
            "name": "Bench",
            "short_name": "B",
            "phone": "+46812345678",
            "time_zone": "UTC",
            "country": "SE",
            "region": "eu",
        },
    )
    now = timezone.now()
    hours = 12 - now.hour  # where it is noon, so that nobody's night delays anything
    recipient = Recipient.objects.create(time_zone=f"Etc/GMT{-hours:+d}" if hours else "UTC")
    Address.objects.create(recipient=recipient, channel="email", value=ADDRESS)
    thread = Thread.objects.create(uid=uuid4(), centre=centre)
    rows = [
        Reminder(
            thread=thread,
            centre=centre,
            recipient=recipient,
            channel="email",
            kind=KIND,
            rule=f"bench:{number}",
            is_planned=False,
            purpose=Purpose.SAFETY,
            local_on=now.date(),
            local_at=now.time(),
            zone="UTC",
            due_at=now - timedelta(minutes=1),
            expires_at=now + timedelta(days=1),
        )
        for number in range(count)
    ]
    Reminder.objects.bulk_create(rows, batch_size=CHUNK)


def sweep_all(_count: int) -> None:
    """Sweep until nothing is left."""
    from carttrack.clock import database_now
    from notifications.services import sweep

    while sweep(now=database_now(), worker=str(os.getpid())).sent:
        pass


def sweep_for_ever(_count: int) -> None:
    """Sweep until somebody ends this process."""
    from carttrack.clock import database_now
    from notifications.services import sweep

    while True:
        sweep(now=database_now(), worker=str(os.getpid()))
        time.sleep(0.02)


def lateness(count: int) -> None:
    """Sweep a quiet ledger in which one message is due; say how many seconds each took to leave."""
    from carttrack.clock import database_now
    from notifications.services import sweep

    seconds = []
    for _ in range(count):
        owe(1)
        began = time.monotonic()
        sweep(now=database_now(), worker="quiet")
        seconds.append(time.monotonic() - began)
    sys.stdout.write(f"{statistics.median(seconds)} {statistics.quantiles(seconds, n=20)[-1]}\n")


def words() -> tuple[str, str]:
    """Return the subject and the body that everybody sends."""
    from notifications.channels import channel_named
    from notifications.channels.texts import text_for

    text = text_for(kind=KIND, channel=channel_named("email"), language="en", context={})
    return text.subject, text.body


def queue(count: int) -> None:
    """Put messages into django-post_office's queue."""
    from post_office import mail

    subject, body = words()
    for start in range(0, count, CHUNK):
        mail.send_many(
            [
                {
                    "sender": SENDER,
                    "recipients": [ADDRESS],
                    "subject": subject,
                    "message": body,
                    "headers": {"Message-ID": f"<{uuid4()}@carttrack.invalid>"},
                }
                for _ in range(min(CHUNK, count - start))
            ]
        )


def post_office(processes: int) -> None:
    """Send what is queued, as `send_queued_mail` does."""
    from post_office.mail import send_queued_mail_until_done

    send_queued_mail_until_done(processes=processes)


def bare(count: int) -> None:
    """Send without remembering anything, over one connection: what no sender can exceed."""
    from django.conf import settings

    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = SENDER, ADDRESS
    message["Subject"], body = words()
    message.set_content(body, cte="quoted-printable")
    alike = message.as_bytes()
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as smtp:
        for _ in range(count):
            own = f"Message-ID: <{uuid4()}@carttrack.invalid>\r\n".encode()
            smtp.sendmail(SENDER, [ADDRESS], own + alike)


ROLES = {
    role.__name__: role
    for role in (owe, sweep_all, sweep_for_ever, lateness, queue, post_office, bare)
}


def fork_for_each_line(role: Callable[[int], None], count: int) -> None:
    """Answer each line with the id of a new process that works, in a group of its own."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            role(count)
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def main() -> None:
    """Load everything, wait for the word and work; with `fork`, in a child for each word."""
    django.setup()
    logging.disable(logging.INFO)
    role, count = ROLES[sys.argv[1]], int(sys.argv[2])
    for module in ("notifications.services", "post_office.mail"):
        import_module(module)  # so that none is timed
    words()  # nor the loading of templates
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if sys.argv[3:] == ["fork"]:
        fork_for_each_line(role, count)
        return
    sys.stdin.readline()
    role(count)
    sys.stdout.write("done\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
