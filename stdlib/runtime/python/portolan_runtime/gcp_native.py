"""`payload: native` for an executable on Google: requests and responses as JSON (docs/custom.md)."""

from . import events, web
from .settings import HANDLER


def answer(context, written):
    """What the handler answers to a request; `written` makes it a response."""
    return written(web.native_answer(HANDLER(_request(context.native["event"]), context)))


def _request(native):
    return {
        "method": native.method,
        "url": native.url,
        "headers": web.joined((name.lower(), value) for name, value in native.headers.items()),
        **events.content(native.get_data()),
    }
