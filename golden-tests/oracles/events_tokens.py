"""An issuer of tokens on a loopback, and tokens as a case asks for them: good ones, and what somebody might try.

A `token` is `header`, `claims`, `key` (the name of one below) and `how` it is made; a text is sent as it is. In claims `<issuer>` is
the issuer's address, `<now+300>` a time in seconds, `<NaN>` what JSON does not have.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import http.server
import json
import math
import re
import threading
import time
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
# what is published at first, and after a rotation
PUBLISHED = ["rsa-one", "rsa-enc", "rsa-short", "rsa-512", "rsa-three", "ec-one", "ec-off"]
ROTATED = ["rsa-two", "ec-one"]
LOCK = threading.Lock()
PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def key(name: str) -> Any:
    with LOCK:
        return generated(name)


@functools.cache
def generated(name: str) -> Any:
    if name.startswith("ec"):
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(3 if name == "rsa-three" else 65537, 1024 if name == "rsa-short" else 2048)


def prepare() -> None:
    """Makes all keys, which takes its time."""
    for name in {*PUBLISHED, *ROTATED, "stranger"}:
        key(name)


def published(name: str) -> dict[str, Any]:
    """A key as RFC 7517 writes it."""
    numbers = key(name).public_key().public_numbers()
    if name.startswith("ec"):
        y = numbers.y ^ 1 if name == "ec-off" else numbers.y
        return {"kty": "EC", "crv": "P-256", "kid": name, "x": coded(numbers.x.to_bytes(32, "big")), "y": coded(y.to_bytes(32, "big"))}
    more = {"use": "enc"} if name == "rsa-enc" else {"use": "sig", "alg": "RS512"} if name == "rsa-512" else {"use": "sig"}
    return {"kty": "RSA", "kid": name, "n": number(numbers.n), "e": number(numbers.e), **more}


def number(value: int) -> str:
    return coded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """Publishes a configuration and keys, and counts how often somebody fetches them."""

    def __init__(self) -> None:
        self.names, self.fetched = PUBLISHED, 0
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps(issuer.document(self.path)).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def document(self, path: str) -> Any:
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        if path == "/strangers":
            return {"keys": [published("stranger")]}
        self.fetched += 1
        return {"keys": [published(name) for name in self.names]}

    def authorization(self, token: Any) -> str | None:
        """The header of a request with this token."""
        if token is None or isinstance(token, str):
            return token
        if token.get("rotate"):
            self.names = ROTATED
        return f"Bearer {made(self.filled(token))}"

    def filled(self, token: dict[str, Any]) -> dict[str, Any]:
        return json.loads(json.dumps(token), object_hook=lambda map: {name: self.value(value) for name, value in map.items()})

    def value(self, value: Any) -> Any:
        if not isinstance(value, str):
            return [self.value(item) for item in value] if isinstance(value, list) else value
        if value == "<NaN>":
            return math.nan
        if value == "<stranger>":
            return published("stranger")
        if found := re.fullmatch(r"<now([+-]\d+)>", value):
            return int(time.time()) + int(found[1])
        if found := re.fullmatch(r"<(\d+) times (.)>", value):
            return found[2] * int(found[1])
        return value.replace("<issuer>", self.url)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def made(token: dict[str, Any]) -> str:
    how, name = token.get("how", "sign"), token["key"]
    claims = json.dumps(token["claims"])
    if how == "twice":
        claims = claims[:-1] + ', "aud": "podcast"}'
    elif how in ("list", "junk", "deep"):
        claims = {"list": "[1]", "junk": "{", "deep": '{"x":' * 900 + "1" + "}" * 900}[how]
    signed = f"{coded(json.dumps(token['header']).encode())}.{coded(claims.encode())}"
    whole = f"{signed}.{coded(signature(token['header'], name, signed.encode(), how))}"
    if how == "cut":
        return whole[:-10]
    if how == "changed":
        other = coded(json.dumps({**token["claims"], "sub": "bob"}).encode())
        return ".".join([whole.split(".")[0], other, whole.split(".")[2]])
    return {"four": f"{whole}.x", "padded": f"{whole}=="}.get(how, whole)


def signature(header: dict[str, Any], name: str, signed: bytes, how: str) -> bytes:
    if how == "none":
        return b""
    if how == "hmac-of-public":
        public = key(name).public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        return hmac.digest(public, signed, "sha256")
    if how == "zeros":
        return bytes(64)
    if how == "bleichenbacher":
        return forged(signed)
    if name.startswith("ec"):
        der = key(name).sign(signed, ec.ECDSA(hashes.SHA256()))
        r, s = utils.decode_dss_signature(der)
        return der if how == "der" else r.to_bytes(32, "big") + s.to_bytes(32, "big")
    algorithm = str(header.get("alg"))
    hash = HASHES["256"] if how == "rs256" else HASHES.get(algorithm[2:], HASHES["256"])
    pad = padding.PSS(padding.MGF1(hash), 32) if algorithm == "PS256" else padding.PKCS1v15()
    made = key(name).sign(signed, pad, hash)
    return b"\x00" + made if how == "zero" else made


def forged(signed: bytes) -> bytes:
    """A cube root whose cube only begins like a padding (Bleichenbacher 2006): for readers that do not compare all of it."""
    start = b"\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff\x00" + PREFIX + hashlib.sha256(signed).digest()
    target = int.from_bytes(start + b"\xff" * (256 - len(start)), "big")
    low, high = 0, 1 << 700
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= target else (low, middle - 1)
    return low.to_bytes(256, "big")
