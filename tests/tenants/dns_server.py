"""A DNS server of our own on a UDP port of this machine: it says what it is told to, in real packets."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class DnsServer:
    """txt: name -> what its TXT record says. broken: names that get SERVFAIL. asked: the names of all questions."""

    def __init__(self) -> None:
        self.txt: dict[str, str] = {}
        self.broken: set[str] = set()
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"

    def serve(self) -> None:
        """Answer until an empty packet comes."""
        while True:
            packet, sender = self._socket.recvfrom(4096)
            if not packet:
                return
            self._socket.sendto(self._answer(packet), sender)

    def stop(self) -> None:
        """Send it the empty packet."""
        host, port = self.address.split(":")
        self._socket.sendto(b"", (host, int(port)))

    def _answer(self, packet: bytes) -> bytes:
        question = dns.message.from_wire(packet)
        name = question.question[0].name.to_text(omit_final_dot=True)
        self.asked.append(name)
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        if name in self.broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name in self.txt:
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", f'"{self.txt[name]}"'))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()


@contextmanager
def dns_server() -> Iterator[DnsServer]:
    """One that runs while the test does."""
    server = DnsServer()
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(5)
