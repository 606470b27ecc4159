"""An issuer's keys: fetched when first needed, kept, and fetched again when a token names one that is not among them."""

import collections
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

_LARGEST = 512 * 1024
_SECONDS = 5
_KEPT = 6 * 3600
# A token may name any key, so that unknown names must not make the entry fetch without end: so often in so many seconds.
_OFTEN, _WITHIN = 5, 300


class Unavailable(Exception):
    """The issuer's keys cannot be had now."""


def of_issuer(issuer):
    """The keys that an issuer publishes (OpenID Connect Discovery 1.0 §4)."""
    return _kept(issuer, lambda: _discover(issuer))


def at(url):
    """The keys at an address."""
    return _kept(url, lambda: url)


class Keys:
    """Keys by their `kid`."""

    def __init__(self, locate):
        self._locate = locate
        self._lock = threading.Lock()
        self._keys = []
        self._fetched = None
        self._tried = collections.deque(maxlen=_OFTEN)

    def key(self, kid):
        """The key of that name; without a name the only one there is."""
        now = time.monotonic()
        found = self._find(kid)
        if found is None or self._fetched is None or now - self._fetched > _KEPT:
            self._refresh(now)
            found = self._find(kid)
        return found

    def _find(self, kid):
        named = [key for key in self._keys if kid is None or key.get("kid") == kid]
        return named[0] if len(named) == 1 else None

    def _refresh(self, now):
        with self._lock:
            if len(self._tried) == _OFTEN and now - self._tried[0] < _WITHIN:
                if self._fetched is None:
                    raise Unavailable("the issuer's keys could not be fetched a moment ago")
                return
            self._tried.append(now)
            try:
                self._keys = _keys_of(_fetch(self._locate()))
                self._fetched = now
            except Unavailable:
                # keys that are there go on being good for a day when the issuer is away
                if self._fetched is None or now - self._fetched > 4 * _KEPT:
                    raise


_ALL = {}
_ALL_LOCK = threading.Lock()


def _kept(name, locate):
    with _ALL_LOCK:
        return _ALL.setdefault(name, Keys(locate))


def _discover(issuer):
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    found = _fetch(url)
    # Discovery §4.3: the document must be the issuer's own
    if str(found.get("issuer")).rstrip("/") != issuer.rstrip("/") or not isinstance(found.get("jwks_uri"), str):
        raise Unavailable("the issuer's configuration is not its own")
    return found["jwks_uri"]


def _keys_of(document):
    keys = document.get("keys")
    if not isinstance(keys, list):
        raise Unavailable("the issuer publishes no keys")
    return [key for key in keys if isinstance(key, dict)]


def _fetch(url):
    """A JSON object over https; only a loopback may do without."""
    place = urllib.parse.urlsplit(url)
    if place.scheme != "https" and not (place.scheme == "http" and place.hostname == "127.0.0.1"):
        raise Unavailable("the issuer's address is not https")
    try:
        with _OPENER.open(
            urllib.request.Request(url, headers={"accept": "application/json"}), timeout=_SECONDS
        ) as answer:
            text = answer.read(_LARGEST + 1)
        document = json.loads(text) if len(text) <= _LARGEST else None
    except (OSError, ValueError, RecursionError, urllib.error.URLError) as error:
        raise Unavailable(f"the issuer's keys cannot be fetched: {type(error).__name__}") from error
    if not isinstance(document, dict):
        raise Unavailable("the issuer's answer is not a JSON object")
    return document


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)
