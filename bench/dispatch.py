"""How fast reminders leave, beside django-post_office and the least that sending can take.

All senders send the same words through the same mail server, in the same run, from the same
PostgreSQL; each process is loaded before its time begins. `limit` is a loop around smtplib that
remembers nothing. Then workers are killed with SIGKILL in the middle, ours and post_office's, and
what arrived twice is counted. `python -m bench.dispatch` prints a table with verdicts and writes
the same figures to bench/results/dispatch.json; `--messages` makes it smaller.
"""

import argparse
import json
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict

from bench.dispatch_kills import Killed, kill_ours, kill_post_office
from bench.dispatch_stage import BEST_BATCH, MOST, PROJECT, Bench, Timed, opened

RESULTS = PROJECT / "bench" / "results" / "dispatch.json"
WORKERS = (1, 2, 4)
TIMES_DEFAULT, TIMES_BEST, SHARE_OF_LIMIT = 3.0, 1.2, 1 / 3
HERD, HERD_SECONDS = 10_000, 15
LATE_SECONDS = 1.0
LONE = 100  # messages that come due one by one


def speeds(bench: Bench, *, messages: int) -> list[Timed]:
    """Time every sender once."""
    found = []
    for count in WORKERS:
        bench.work("owe", messages)
        workers = [bench.start("sweep_all", 0) for _ in range(count)]
        found.append(bench.timed("carttrack", workers))
        loops = [bench.start("bare", messages // count) for _ in range(count)]
        found.append(bench.timed("limit", loops))
    for sender, processes, batch in (
        ("post_office default", 1, None),
        ("post_office best", MOST, BEST_BATCH),
    ):
        bench.work("queue", messages)
        found.append(bench.timed(sender, [bench.start("post_office", processes, batch=batch)]))
    return found


def per_second(timed: Sequence[Timed], sender: str, processes: int) -> float:
    """Return the median of a sender's messages per second."""
    return statistics.median(
        one.per_second for one in timed if (one.sender, one.processes) == (sender, processes)
    )


def verdicts(
    timed: Sequence[Timed], killed: Sequence[Killed], *, p95: float
) -> list[tuple[str, float, bool]]:
    """Return what was promised, what was found, and whether it holds."""
    ours = per_second(timed, "carttrack", MOST)
    default = ours / per_second(timed, "post_office default", 1)
    best = ours / per_second(timed, "post_office best", 1)
    limit = ours / per_second(timed, "limit", MOST)
    herd = HERD / ours
    doubled = sum(one.doubled for one in killed if one.sender == "carttrack")
    return [
        (
            f"times post_office's default, at least {TIMES_DEFAULT:g}",
            default,
            default >= TIMES_DEFAULT,
        ),
        (f"times post_office's best, at least {TIMES_BEST:g}", best, best >= TIMES_BEST),
        (f"share of the limit, at least {SHARE_OF_LIMIT:.2f}", limit, limit >= SHARE_OF_LIMIT),
        (f"seconds for {HERD} due at once, at most {HERD_SECONDS}", herd, herd <= HERD_SECONDS),
        (
            f"seconds until a lone message has left, p95, at most {LATE_SECONDS:g}",
            p95,
            p95 <= LATE_SECONDS,
        ),
        ("messages doubled by kill -9, none", doubled, doubled == 0),
    ]


def report(
    timed: Sequence[Timed], killed: Sequence[Killed], found: Sequence[tuple[str, float, bool]]
) -> str:
    """Return the figures as tables for people."""
    lines = [f"{'sender':<22}{'processes':>10}{'messages':>10}{'seconds':>10}{'per second':>12}"]
    lines += [
        f"{one.sender:<22}{one.processes:>10}{one.messages:>10}{one.seconds:>10.2f}"
        f"{one.per_second:>12.0f}"
        for one in timed
    ]
    lines += [
        "",
        f"{'killed':<22}{'kills':>10}{'messages':>10}{'arrived':>10}{'doubled':>10}{'unknown':>10}",
    ]
    lines += [
        f"{one.sender:<22}{one.kills:>10}{one.messages:>10}{one.arrived:>10}{one.doubled:>10}"
        f"{one.unknown:>10}"
        for one in killed
    ]
    lines += [
        "",
        *(
            f"{'holds' if holds else 'MISSES':<8}{value:>8.2f} {what}"
            for what, value, holds in found
        ),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--messages", type=int, default=10_000, help="sent by each sender")
    parser.add_argument("--rounds", type=int, default=1, help="how often each sender is timed")
    parser.add_argument("--kills", type=int, default=30, help="in the middle of sending")
    parser.add_argument("--keep", action="store_true", help="keep the databases for another run")
    given = parser.parse_args()
    with opened(keep=given.keep) as bench:
        timed = [one for _ in range(given.rounds) for one in speeds(bench, messages=given.messages)]
        lone = bench.work("lateness", LONE).splitlines()[0].split()
        killed = [
            kill(bench, messages=given.messages, kills=given.kills)
            for kill in (kill_ours, kill_post_office)
        ]
    found = verdicts(timed, killed, p95=float(lone[1]))
    sys.stdout.write(report(timed, killed, found))
    RESULTS.parent.mkdir(exist_ok=True)
    on = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
    }
    figures = {
        "on": on,
        "timed": [asdict(one) | {"per_second": round(one.per_second)} for one in timed],
        "lone_message_seconds": {"median": float(lone[0]), "p95": float(lone[1])},
        "killed": [asdict(one) for one in killed],
        "verdicts": [
            {"what": what, "found": round(value, 2), "holds": holds} for what, value, holds in found
        ],
    }
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
