"""Tokens (RFC 7519): a bearer comes in, its claims go out, or `Invalid`. In doubt it is invalid.

Signatures are RS256, RS384, RS512 (RFC 8017 §8.2) and ES256 (FIPS 186-5 §6.4). The algorithm must be one of these and fit
the key that the issuer publishes under the token's `kid`; whatever a token says of where its key lies (`jku`, `jwk`,
`x5u`, `x5c`) is never read.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import time

from . import keys, p256
from .keys import Unavailable  # noqa: F401

_LONGEST = 16 * 1024
_LEEWAY = 60
_TYPES = {"jwt", "at+jwt", "application/at+jwt", "application/jwt"}
_BASE64 = re.compile(r"[A-Za-z0-9_-]+")

# The DER that precedes a hash in a PKCS#1 v1.5 signature (RFC 8017 §9.2, note 1).
_HASHES = {
    "RS256": (hashlib.sha256, bytes.fromhex("3031300d060960864801650304020105000420")),
    "RS384": (hashlib.sha384, bytes.fromhex("3041300d060960864801650304020205000430")),
    "RS512": (hashlib.sha512, bytes.fromhex("3051300d060960864801650304020305000440")),
}


class Invalid(Exception):
    """A token that lets nobody in; says why, without its content."""


def verify(token, issuer, audiences, now=None, jwks=None):
    """The claims of a token that the issuer signed for one of the audiences."""
    if not audiences or not all(audiences) or not issuer:
        raise Invalid("nobody says for whom tokens are")
    header, claims, signed, signature = _parts(token)
    _check_header(header)
    jwks = jwks or keys.of_issuer(issuer)
    key = jwks.key(header.get("kid"))
    if key is None:
        raise Invalid("the issuer has no such key")
    if not _is_signed(header["alg"], key, signed, signature):
        raise Invalid("the signature does not fit")
    _check_claims(claims, issuer, audiences, time.time() if now is None else now)
    return claims


def unverified(token):
    """The claims of a token whose signature the platform has checked and taken off."""
    return _parts(token, signature=False)[1]


def payload(text):
    """Claims that the platform wrote down itself, in base64url with or without padding, or None."""
    try:
        return _json((text or "").rstrip("="))
    except Invalid:
        return None


def _parts(token, signature=True):
    if not isinstance(token, str) or len(token) > _LONGEST:
        raise Invalid("it is too long")
    parts = token.split(".")
    if len(parts) != 3:
        raise Invalid("it does not have three parts")
    header, claims = _json(parts[0]), _json(parts[1])
    return header, claims, f"{parts[0]}.{parts[1]}".encode(), _decoded(parts[2]) if signature else b""


def _decoded(text):
    """base64url without padding, in the one way to write it."""
    if not _BASE64.fullmatch(text):
        raise Invalid("a part is not base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise Invalid("a part is not base64url") from error
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise Invalid("a part is not base64url")
    return data


def _json(text):
    def once(pairs):
        found = dict(pairs)
        if len(found) != len(pairs):
            raise Invalid("a name is written twice")
        return found

    def refuse(_):
        raise Invalid("a number is none")

    try:
        value = json.loads(_decoded(text).decode("utf-8"), object_pairs_hook=once, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise Invalid("a part is not JSON") from error
    if not isinstance(value, dict):
        raise Invalid("a part is not a JSON object")
    return value


def _check_header(header):
    if header.get("alg") not in (*_HASHES, "ES256"):
        raise Invalid("its algorithm is not allowed")
    # RFC 7515 §4.1.11: what it names must be understood, and nothing of it is
    if "crit" in header:
        raise Invalid("it has critical extensions")
    kind = header.get("typ")
    if kind is not None and (not isinstance(kind, str) or kind.lower() not in _TYPES):
        raise Invalid("it is a token of another type")
    if not isinstance(header.get("kid", ""), str):
        raise Invalid("its `kid` is not a text")


def _check_claims(claims, issuer, audiences, now):
    said = claims.get("iss")
    if not isinstance(said, str) or said.rstrip("/") != issuer.rstrip("/"):
        raise Invalid("another issuer made it")
    meant = claims.get("aud")
    meant = [meant] if isinstance(meant, str) else meant
    if not isinstance(meant, list) or not any(isinstance(one, str) and one in audiences for one in meant):
        raise Invalid("it is meant for somebody else")
    expires = _moment(claims, "exp")
    if expires is None or now >= expires + _LEEWAY:
        raise Invalid("it has expired")
    for name in ("nbf", "iat"):
        moment = _moment(claims, name)
        if moment is not None and now < moment - _LEEWAY:
            raise Invalid("it is not valid yet")


def _moment(claims, name):
    value = claims.get(name)
    if value is not None and type(value) not in (int, float):
        raise Invalid(f"`{name}` is not a time")
    return value


# --- signatures -------------------------------------------------------------------------------------------------------


def _is_signed(algorithm, key, signed, signature):
    if key.get("use", "sig") != "sig" or key.get("alg", algorithm) != algorithm:
        return False
    if "key_ops" in key and "verify" not in key["key_ops"]:
        return False
    if algorithm == "ES256":
        return _is_signed_ec(key, signed, signature)
    return _is_signed_rsa(algorithm, key, signed, signature)


def _is_signed_rsa(algorithm, key, signed, signature):
    """RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2): the whole encoding is made and compared, never parsed."""
    if key.get("kty") != "RSA":
        return False
    modulus, exponent = _number(key, "n"), _number(key, "e")
    length = (modulus.bit_length() + 7) // 8
    if not 2048 <= modulus.bit_length() <= 8192 or exponent < 3 or exponent % 2 == 0 or exponent.bit_length() > 64:
        return False
    number = int.from_bytes(signature, "big")
    if len(signature) != length or number >= modulus:
        return False
    hash, prefix = _HASHES[algorithm]
    hashed = prefix + hash(signed).digest()
    expected = b"\x00\x01" + b"\xff" * (length - len(hashed) - 3) + b"\x00" + hashed
    return hmac.compare_digest(pow(number, exponent, modulus).to_bytes(length, "big"), expected)


def _is_signed_ec(key, signed, signature):
    if key.get("kty") != "EC" or key.get("crv") != "P-256" or len(signature) != 64:
        return False
    point = _number(key, "x"), _number(key, "y")
    pair = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    return p256.is_signed(point, hashlib.sha256(signed).digest(), pair)


def _number(key, name):
    text = key.get(name)
    return int.from_bytes(_decoded(text), "big") if isinstance(text, str) else 0
