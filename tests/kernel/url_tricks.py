"""Addresses that try to lead somewhere inside, made from families; and a network that counts who is dialled."""

from __future__ import annotations

import itertools
import re
import socket
from collections.abc import Iterator, Sequence
from ipaddress import ip_address

PUBLIC = "93.184.216.34"
INSIDE_V4 = (
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.7",
    "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "192.0.2.9", "203.0.113.9", "198.51.100.9", "192.88.99.1", "168.63.129.16",
)  # fmt: skip
INSIDE_V6 = (
    "::1", "::", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "2001:db8::1", "3fff::1", "100::1",
    "64:ff9b:1::a00:1", "2001::1", "2001:10::1", "2001:20::1", "5f00::1", "4000::1", "fe80::5efe:7f00:1",
    "2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1",
)  # fmt: skip
NAMES_INSIDE = (
    "localhost", "localhost.localdomain", "printer.local", "db.internal", "metadata.google.internal", "intranet",
    "router.lan", "nas.home", "mail.corp", "x.localhost", "home.arpa", "1.0.0.127.in-addr.arpa", "hidden.onion",
    "instance-data", "kubernetes.default.svc.cluster.local", "metadata", "redis", "postgres",
)  # fmt: skip
SCHEMES = (
    "http", "ftp", "file", "gopher", "dict", "ldap", "ws", "wss", "javascript", "data", "unix", "https:", "",
    "hTTps+unix", "jar:https", "netdoc", "tftp", "ssh", "redis", "blob",
)  # fmt: skip
UNICODE_DIGITS = ("０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "٠١٢٣٤٥٦٧٨٩", "⓪①②③④⑤⑥⑦⑧⑨", "₀₁₂₃₄₅₆₇₈₉")
DOTS = ("。", "．", "｡", "․", "%2e", "%E3%80%82")


class Network:
    """Resolver and wire: names answer as they are told, what looks like a number answers what C's parser makes of it,
    every other name is this machine; and every connection is counted with its address.
    """

    def __init__(self, names: dict[str, list[Sequence[str]]] | None = None, said: bytes = b"") -> None:
        self.names, self.said = names or {}, said
        self.asked: list[str] = []
        self.dialled: list[tuple[str, int]] = []

    def resolve(self, name: str, _within_s: float) -> Sequence[str]:
        self.asked.append(name)
        if name in self.names:
            answers = self.names[name]
            return answers.pop(0) if len(answers) > 1 else answers[0]
        if found := re.search(r"inside-(v[46])-(\d+)\.", name):
            return [(INSIDE_V4 if found[1] == "v4" else embedded())[int(found[2])]]
        try:
            return [socket.inet_ntoa(socket.inet_aton(name.rstrip(".")))]
        except OSError:
            return ["127.0.0.1"]

    def dial(self, address: str, port: int, _within_s: float) -> socket.socket:
        self.dialled.append((address, port))
        ours, theirs = socket.socketpair()
        theirs.sendall(self.said)
        theirs.shutdown(socket.SHUT_WR)
        self.kept = theirs
        return ours


def embedded() -> tuple[str, ...]:
    """IPv6 addresses that are inside, or carry an IPv4 address that is."""
    made = list(INSIDE_V6)
    for v4 in INSIDE_V4:
        number = int(ip_address(v4))
        high, low = number >> 16, number & 0xFFFF
        made += [f"::ffff:{v4}", f"::{v4}", f"64:ff9b::{v4}", f"2002:{high:x}:{low:x}::1", f"::ffff:0:{v4}"]
        made.append(f"2001:0:4136:e378:8000:63bf:{high ^ 0xFFFF:x}:{low ^ 0xFFFF:x}")
    return tuple(made)


def tricks(number: int) -> list[str]:
    """`number` different addresses, a fair part of every family, the same ones each time."""
    families = [_numbers(), _v6(), _userinfo(), _unicode(), _names(), _ports(), _schemes(), _shapes(), _resolving()]
    turns = itertools.chain.from_iterable(itertools.zip_longest(*families))
    made = dict.fromkeys(url for url in turns if url is not None)
    assert len(made) >= number, len(made)
    return list(made)[:number]


def v4_forms(address: str) -> Iterator[str]:
    """The ways to write an IPv4 address that some parser takes."""
    a, b, c, d = map(int, address.split("."))
    whole = int(ip_address(address))
    yield from (address, str(whole), hex(whole), oct(whole).replace("0o", "0"), f"0x{whole:08X}", f"{whole:011o}")
    yield from (f"{a}.{(b << 16) + (c << 8) + d}", f"{a}.{b}.{(c << 8) + d}", f"{hex(a)}.{b}.{c}.{d}")
    yield from (f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"{hex(a)}.{hex(b)}.{hex(c)}.{hex(d)}", f"00{a:o}.{b}.{hex(c)}.{d}")
    yield from (f"{a + 256}.{b}.{c}.{d}", f"{whole + 2**32}", f"{a}.{b}.{c}.{d}.", f"{a:03}.{b:03}.{c:03}.{d:03}")


def _numbers() -> Iterator[str]:
    paths = ("/", "/hook", "", "/?x=1", ":443/")
    for path, address in itertools.product(paths, INSIDE_V4):
        for form in v4_forms(address):
            yield f"https://{form}{path}"


def _v6() -> Iterator[str]:
    for address, zone, path in itertools.product(embedded(), ("", "%25eth0", "%lo", "%251"), ("/", ":443/")):
        yield f"https://[{address}{zone}]{path}"
    for address in embedded():
        yield f"https://{address}/"


def _userinfo() -> Iterator[str]:
    for name, address in itertools.product(("good.example", "a:b", "good.example%20", "%40"), INSIDE_V4):
        yield f"https://{name}@{address}/"
        yield f"https://{address}@good.example/"
        yield f"https://good.example\\@{address}/"
        yield f"https://good.example#@{address}/"
        yield f"https://{name}:443@{address}:443/"


def _unicode() -> Iterator[str]:
    for address, digits in itertools.product(INSIDE_V4, UNICODE_DIGITS):
        yield "https://" + "".join(digits[int(sign)] if sign.isdigit() else sign for sign in address) + "/"
    for address, dot in itertools.product(INSIDE_V4, DOTS):
        yield f"https://{address.replace('.', dot)}/"
    for name, sign in itertools.product(NAMES_INSIDE, "\u00ad\u200b\u2060\ufeff"):
        yield f"https://{name[:2]}{sign}{name[2:]}/"
    for name in NAMES_INSIDE:
        yield f"https://{name.replace('l', 'ⓛ').replace('o', 'ｏ')}/"


def _names() -> Iterator[str]:
    for name, end, path in itertools.product(NAMES_INSIDE, ("", ".", ".."), ("/", ":443/", "/x?y=z")):
        yield f"https://{name}{end}{path}"
        yield f"https://{name.upper()}{end}{path}"


def _ports() -> Iterator[str]:
    fixed = [0, 1, 22, 25, 80, 444, 3306, 5432, 6379, 8000, 8443, 9200, 65535, 65536, 65979, 443_000]
    for port in [*fixed, *range(1_024, 65_535, 211)]:
        yield f"https://good.example:{port}/"
    for port in ("", "-443", "+443", "443 ", "0x1bb", "４４３", "443:80", "%34%34%33"):
        yield f"https://good.example:{port}@127.0.0.1/"


def _schemes() -> Iterator[str]:
    for scheme, rest in itertools.product(SCHEMES, ("good.example/", "127.0.0.1/", "localhost:6379/", "/etc/passwd")):
        yield f"{scheme}://{rest}"
        yield f"{scheme}:{rest}"
        yield f"{scheme}:///{rest}"


def _shapes() -> Iterator[str]:
    for sign, place in itertools.product('\\\t\r\n \0\x7f|<>^`{}"[]', ("before", "in", "after", "path")):
        host = {"before": f"{sign}good.example", "in": f"good{sign}.example", "after": f"good.example{sign}"}
        yield f"https://{host.get(place, 'good.example')}/{sign if place == 'path' else ''}@127.0.0.1"
        yield f"https:/{sign}/127.0.0.1/"
    for length in (254, 400, 600, 5_000):
        yield "https://" + "a" * length + ".example/"
    yield from ("https://", "https:///", "//127.0.0.1/", "127.0.0.1", "https://.example/", "https://a..example/")
    yield from (
        "https://-a.example/",
        "https://a-.example/",
        "https://a_b.example/",
        "https://" + "a" * 64 + ".example/",
    )


def _resolving() -> Iterator[str]:
    """Proper names whose answer is inside."""
    ends = ("example.com", "nip.io", "sslip.io", "rebind.network", "evil.example", "xn--e1afmkfd.com")
    for end, number in itertools.product(ends, range(len(INSIDE_V4))):
        yield f"https://inside-v4-{number}.{end}/hook"
    for end, number in itertools.product(ends, range(len(embedded()))):
        yield f"https://inside-v6-{number}.{end}/"
