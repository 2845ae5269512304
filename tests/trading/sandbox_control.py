"""The sandbox's control face on a real socket: opens accounts for who has the token, and remembers what it was sent."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pydantic import SecretStr

from cryptouniverse.kernel.secret import Secret
from tests.servers import serving
from tests.trading.fake_exchange import TRADING


@contextmanager
def sandbox_control(exchange, settings, *, token: str, status: int = 200):
    """Inside, the settings name it; an account that it opens is one that `exchange` knows. Answers `status`."""

    class Control(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            good = self.path == "/sandbox/accounts" and self.headers["X-Sandbox-Token"] == token and status == 200
            if good:
                server.opened.append(body)
                exchange.keys[Secret(body["api_key"]).reveal()] = TRADING
            self.send_response(status if good or status != 200 else 403)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())  # an exchange that repeats what it was sent

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Control)
    server.opened = []
    address = f"http://127.0.0.1:{server.server_port}"
    settings.CU = settings.CU.model_copy(
        update={"cu_sandbox_url": address, "cu_sandbox_token": SecretStr(token)},
    )
    with serving(server):
        yield server
