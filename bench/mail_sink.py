"""A mail server that does the least it can, so that senders are measured and not it.

`python -m bench.mail_sink` prints its port. Each line it then reads is answered with the count of
what arrived since the line before: messages, how many came more than once, and the instants of the
first and the last (seconds of the clock that all processes of a machine share).
"""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import cast

ID = b"\nmessage-id:"
END = b"\r\n.\r\n"


@dataclass
class Arrivals:
    """What arrived since somebody last asked."""

    ids: Counter[bytes] = field(default_factory=Counter)
    at: list[float] = field(default_factory=list)

    def take(self, content: bytes) -> None:
        """Count a message by its Message-ID."""
        found = content.lower().find(ID)
        start = found + len(ID)
        self.ids[content[start : content.find(b"\n", start)].strip()] += 1
        self.at.append(time.monotonic())

    def report(self) -> dict[str, float]:
        """Return the counts and begin anew."""
        ids, at = self.ids, self.at
        self.ids, self.at = Counter(), []
        return {
            "arrived": len(ids),
            "doubled": sum(times - 1 for times in ids.values()),
            "first_at": at[0] if at else 0.0,
            "last_at": at[-1] if at else 0.0,
        }


class Peer(asyncio.Protocol):
    """One connection; commands are answered without being understood."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals
        self._read = b""
        self._is_text = False
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport = cast("asyncio.WriteTransport", transport)
        self._transport.write(b"220 ready\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer each whole command, and each whole text."""
        self._read += data
        end = END if self._is_text else b"\r\n"
        while end in self._read:
            said, _, self._read = self._read.partition(end)
            self._answer(said)
            end = END if self._is_text else b"\r\n"

    def _answer(self, said: bytes) -> None:
        if self._is_text:
            self._arrivals.take(b"\n" + said)
            self._is_text = False
            self._transport.write(b"250 taken\r\n")
        elif said[:4].upper() == b"DATA":
            self._is_text = True
            self._transport.write(b"354 go on\r\n")
        elif said[:4].upper() == b"EHLO":
            self._transport.write(b"250-fine\r\n250 PIPELINING\r\n")
        elif said[:4].upper() == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
        else:
            self._transport.write(b"250 fine\r\n")


async def serve() -> None:
    """Serve until the input ends."""
    arrivals = Arrivals()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Peer(arrivals), "127.0.0.1", 0, backlog=200)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    while await loop.run_in_executor(None, sys.stdin.readline):
        sys.stdout.write(json.dumps(arrivals.report()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve())
