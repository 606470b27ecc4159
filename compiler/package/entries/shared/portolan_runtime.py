"""What the entries of all clouds share: the settings, the user's handler, the filter on object events."""

import importlib
import json
import os
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))


def _settings():
    with open(os.path.join(ROOT, "portolan_entry.json"), encoding="utf-8") as text:
        return json.load(text)


def _load(file, symbol):
    if ROOT not in sys.path:
        sys.path.insert(0, ROOT)
    module = importlib.import_module(file[: -len(".py")].replace("/", "."))
    return getattr(module, symbol)


_SETTINGS = _settings()
_FILTERS = _SETTINGS["guards"]["buckets"]

filters_objects = bool(_FILTERS)
refuses_http = _SETTINGS["guards"]["jwt"]
handler = _load(**_SETTINGS["handler"])


def wanted(bucket, key, change):
    """Whether a trigger of this function asks for this object event; buckets without a filter pass.

    A variable that is not set raises: the event is delivered again instead of being lost.
    """
    filters = [one for one in _FILTERS if os.environ[one["variable"]] == bucket]
    return not filters or any(_matches(one, key, change) for one in filters)


def _matches(one, key, change):
    suffixes = tuple(one["suffixes"]) or ("",)
    return change in one["events"] and key.startswith(one["prefix"]) and key.endswith(suffixes)
