"""TLS on the way out: the name that was typed is asked for and verified, at whatever address it was found."""

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.egress import Reason, post
from cryptouniverse.kernel.egress.errors import NoUsableAnswer
from tests.kernel.url_tricks import PUBLIC


def certificate(folder, name):
    """A self-signed certificate for `name`, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = clock.now()
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"{name}.pem"
    path.write_bytes(built.public_bytes(pem) + private)
    return path


@contextmanager
def tls_server(pem):
    """One exchange over TLS. Gives what stands in for the wire, the names asked for by SNI, and what was heard."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    asked, heard = [], []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)

    def serve():
        plain, _ = server.accept()
        with plain:
            try:
                with context.wrap_socket(plain, server_side=True) as connected:
                    said = b""
                    while not said.endswith(b"{}") and (more := connected.recv(65_536)):
                        said += more  # head and body may come one after the other
                    heard.append(said)
                    connected.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield lambda _address, _port, s: socket.create_connection(server.getsockname(), s), asked, heard
        thread.join(5)


def send(dial, tls=None):
    return post("https://good.example/x", body=b"{}", headers={}, resolve=lambda *_: [PUBLIC], dial=dial, tls=tls)


def test_the_name_is_asked_for_verified_and_said(tmp_path):
    pem = certificate(tmp_path, "good.example")
    with tls_server(pem) as (dial, asked, heard):
        answer = send(dial, ssl.create_default_context(cafile=pem))

    assert (answer.status, asked) == (200, ["good.example"])
    assert b"\r\nhost: good.example\r\n" in heard[0].lower()


def test_a_certificate_for_another_name_is_refused(tmp_path):
    pem = certificate(tmp_path, "other.example")
    with tls_server(pem) as (dial, _asked, heard), pytest.raises(NoUsableAnswer) as refusal:
        send(dial, ssl.create_default_context(cafile=pem))
    assert (refusal.value.facts["reason"], heard) == (Reason.TLS, [])


def test_an_authority_that_nobody_knows_is_refused(tmp_path):
    with (
        tls_server(certificate(tmp_path, "good.example")) as (dial, _asked, heard),
        pytest.raises(NoUsableAnswer) as refusal,
    ):
        send(dial)
    assert (refusal.value.facts["reason"], heard) == (Reason.TLS, [])
