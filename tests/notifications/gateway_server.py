"""An HTTP server that speaks 46elks, Twilio and Postmark, and misbehaves on purpose."""

import json
import socket
import struct
import threading
from base64 import b64decode
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

USER, PASSWORD = "account", "secret"
TWILIO_PATH = f"/2010-04-01/Accounts/{USER}/Messages.json"


class GatewayServer:
    """Takes messages and keeps what it was told, by path.

    `fault` is one of: "" (none), drop (no answer), silent (none for long), reset (once `resets` is
    set, before anything is said), hang_up (after each answer, without saying so). `refusal` is a
    status and a body to answer with. `faults_left` limits how often either happens.
    """

    def __init__(self):
        self.fault = ""
        self.refusal: tuple[int, str] | None = None
        self.faults_left = 1_000_000
        self.forms: list[dict[str, str]] = []
        self.mails: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.taken: Counter[str] = Counter()
        self.connections = 0
        self.stopped = threading.Event()
        self.resets = threading.Event()
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Talk", (Handler,), {"gateway": self})
        )
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self):
        if not self.stopped.is_set():
            self.stopped.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def go_wrong(self, how, times=1_000_000):
        """Have a fault, by its name, or a refusal."""
        self.fault = how if isinstance(how, str) else ""
        self.refusal = None if isinstance(how, str) else how
        self.faults_left = times

    def has_fault(self):
        """Tell whether something goes wrong now, and use it up."""
        if not (self.fault or self.refusal) or self.faults_left <= 0:
            return False
        self.faults_left -= 1
        return True

    def answer_to(self, path, body, headers):
        """Return status and body, as the provider whose path it is would."""
        self.headers.append(dict(headers))
        if path == "/email":
            return self._take_mail(json.loads(body))
        kind, _space, credentials = headers.get("Authorization", "").partition(" ")
        if (kind, b64decode(credentials).decode()) != ("Basic", f"{USER}:{PASSWORD}"):
            return 401, "Bad credentials"
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        self.forms.append(form)
        if path == "/a1/sms":
            self.taken[form["to"]] += 1
            return 200, json.dumps({"status": "created", "id": f"s{len(self.forms)}", "parts": 1})
        if path == TWILIO_PATH:
            self.taken[form["To"]] += 1
            return 201, json.dumps({"sid": f"SM{len(self.forms)}", "status": "queued"})
        return 404, "no such page"

    def _take_mail(self, mail):
        self.mails.append(mail)
        return 200, json.dumps(
            {"ErrorCode": 0, "Message": "OK", "MessageID": f"pm{len(self.mails)}", "To": mail["To"]}
        )


class Handler(BaseHTTPRequestHandler):
    """Talks over one connection of its gateway."""

    gateway: GatewayServer
    protocol_version = "HTTP/1.1"
    timeout = 5

    def setup(self):
        super().setup()
        self.gateway.connections += 1

    def handle(self):
        if self.gateway.fault == "reset" and self.gateway.has_fault():
            self.gateway.resets.wait(5)
            now = struct.pack("ii", 1, 0)
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
            self.rfile.close()
            self.request.close()
            return
        super().handle()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.gateway.has_fault() and self._misbehaves():
            return
        self._say(*self.gateway.answer_to(self.path, body, self.headers))

    def _misbehaves(self):
        if self.gateway.refusal:
            self._say(*self.gateway.refusal)
            return True
        self.close_connection = True
        if self.gateway.fault == "silent":
            self.gateway.stopped.wait(5)
        return self.gateway.fault != "hang_up"

    def _say(self, status, text):
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass
