"""A mail server that misbehaves on purpose, at the step it is told to."""

import socket
import threading
import time
from collections import Counter
from email import message_from_bytes

END = b"\r\n.\r\n"


class FaultyServer:
    """Speaks just enough SMTP and keeps the Message-ID of everything that it took.

    `fault` is one of: "" (none), silent, busy, later, no_such_user, spam, drop_at_data,
    drop_in_data, drop_after_dot, silent_after_dot. `faults_left` limits how often it happens.
    """

    def __init__(self, fault="", faults_left=1_000_000):
        self.fault = fault
        self.faults_left = faults_left
        self.taken: Counter[str] = Counter()
        self.connections = 0
        self.seconds_to_answer = 0.0
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self):
        if self._stopped.is_set():
            return
        self._stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while not self._stopped.is_set():
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _has(self, *faults):
        """Tell whether one of these faults is due now, and use it up."""
        if self.fault not in faults or self.faults_left <= 0:
            return False
        self.faults_left -= 1
        return True

    def _talk(self, peer):
        with peer, peer.makefile("rb") as lines:
            if self._has("silent"):
                self._stopped.wait(5)
                return
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
        answer = b"250 fine\r\n"
        if command.startswith(b"RCPT") and self._has("later"):
            answer = b"451 come back later\r\n"
        elif command.startswith(b"RCPT") and self._has("no_such_user"):
            answer = b"550 no such user\r\n"
        peer.sendall(answer)
        return True

    def _take(self, peer, lines):
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
            self._stopped.wait(5)
            return False
        time.sleep(self.seconds_to_answer)
        peer.sendall(b"250 taken\r\n")
        return True
