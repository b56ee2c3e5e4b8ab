"""A mail server that misbehaves on purpose, at the step it is told to."""

import socket
import threading
import time
from collections import Counter
from email import message_from_bytes

END = b"\r\n.\r\n"


class FaultyServer:
    """Speaks just enough SMTP and keeps the Message-ID of everything that it took.

    `fault` is one of: "" (none), silent, hold_greeting, busy, later, no_such_user, spam,
    refuse_and_hang_up, silent_at_mail, drop_at_data, drop_in_data, drop_after_dot,
    silent_after_dot, hold_after_dot.
    `faults_left` limits how often it happens. What is held is answered after all once `release`
    is called; `silences` counts the peers that were left waiting. `refused` are addresses that it
    refuses. The commands of an envelope may come at once unless it says no (`takes_together`); one
    that is hasty (`is_hasty`) then asks for a text although it refused the recipient.
    """

    def __init__(self, fault="", faults_left=1_000_000):
        self.refused: set[str] = set()
        self.taken: Counter[str] = Counter()
        self.port = 0
        self._released = threading.Event()
        self._listener: socket.socket | None = None
        self.reset(fault, faults_left)
        self.start()

    def reset(self, fault="", faults_left=1_000_000):
        """Behave from now on; let go of everybody who is left waiting."""
        self._released.set()
        self._released = threading.Event()
        self.fault, self.faults_left = fault, faults_left
        self.taken, self.refused = Counter(), set()
        self.connections = self.silences = 0
        self.seconds_to_answer = 0.0
        self.takes_together, self.is_hasty = True, False
        self._refusing: set[socket.socket] = set()

    def start(self):
        """Listen, at the same port as before."""
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port), backlog=100)
            self.port = self._listener.getsockname()[1]
            threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self):
        """Refuse connections and let go of everybody who is left waiting."""
        self._released.set()
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def release(self):
        """Answer those who were held."""
        self._released.set()

    def _accept(self, listener):
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _keep_waiting(self):
        """Say nothing for longer than a client is willing to wait."""
        self.silences += 1
        self._released.wait(5)

    def _has(self, *faults):
        """Tell whether one of these faults is due now, and use it up."""
        if self.fault not in faults or self.faults_left <= 0:
            return False
        self.faults_left -= 1
        return True

    def _talk(self, peer):
        with peer, peer.makefile("rb") as lines:
            if self._has("silent"):
                self._keep_waiting()
                return
            if self._has("hold_greeting"):
                self._keep_waiting()
            try:
                peer.sendall(b"220 ready\r\n")
                while self._answer(peer, lines, lines.readline().upper()):
                    pass
            except OSError:
                return

    def _answer(self, peer, lines, command):
        if command.startswith(b"DATA"):
            return self._take(peer, lines)
        if not command or command.startswith(b"QUIT"):
            return False
        if command.startswith(b"MAIL") and self._has("busy"):
            peer.sendall(b"421 too busy\r\n")
            return False
        if command.startswith(b"MAIL") and self._has("silent_at_mail"):
            self._keep_waiting()
            return False
        if command.startswith(b"RCPT"):
            return self._hear_of(peer, command)
        self._refusing.discard(peer)
        tells = command.startswith(b"EHLO") and self.takes_together
        peer.sendall(b"250-fine\r\n250 PIPELINING\r\n" if tells else b"250 fine\r\n")
        return True

    def _hear_of(self, peer, command):
        """Answer to a recipient."""
        address = command.decode().partition("<")[2].partition(">")[0].lower()
        hangs_up = self._has("refuse_and_hang_up")
        answer = b"250 fine\r\n"
        if self._has("later"):
            answer = b"451 come back later\r\n"
        elif hangs_up or address in self.refused or self._has("no_such_user"):
            answer = b"550 no such user\r\n"
        self._refusing.discard(peer)
        if not answer.startswith(b"2"):
            self._refusing.add(peer)
        peer.sendall(answer)
        return not hangs_up

    def _take(self, peer, lines):
        if peer in self._refusing and not self.is_hasty:
            peer.sendall(b"554 for nobody\r\n")
            return True
        if self._has("drop_at_data"):
            return False
        peer.sendall(b"354 go on\r\n")
        if self._has("drop_in_data"):
            return False
        content = b""
        while not content.endswith(END):
            line = lines.readline()
            if not line:
                return False
            content += line
        return self._settle(peer, content)

    def _settle(self, peer, content):
        if self._has("spam"):
            peer.sendall(b"554 looks like spam\r\n")
            return True
        self.taken[message_from_bytes(content)["Message-ID"]] += 1
        if self._has("drop_after_dot"):
            return False
        if self._has("silent_after_dot"):
            self._keep_waiting()
            return False
        if self._has("hold_after_dot"):
            self._keep_waiting()
        time.sleep(self.seconds_to_answer)
        peer.sendall(b"250 taken\r\n")
        return True
