"""The package's settings and what they name: the triggers, and the user's handler."""

import importlib
import json
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

with open(os.path.join(ROOT, "portolan_entry.json"), encoding="utf-8") as text:
    SETTINGS = json.load(text)

TRIGGERS = SETTINGS["triggers"]
NATIVE = SETTINGS["payload"] == "native"


def of_kind(kind):
    """The triggers of one kind, in the order of the spec."""
    return [trigger for trigger in TRIGGERS if trigger["trigger"] == kind]


def load(place):
    """The object that a file and a symbol name."""
    if ROOT not in sys.path:
        sys.path.insert(0, ROOT)
    found = importlib.import_module(place["file"][: -len(".py")].replace("/", "."))
    for name in place["symbol"].split("."):
        found = getattr(found, name)
    return found


_PLACE = SETTINGS["handler"]

# The file of a handler that is run, and not loaded.
EXECUTABLE = os.path.join(ROOT, _PLACE["file"]) if _PLACE and _PLACE["symbol"] is None else None


def _run(event, context):
    from . import executable

    return executable.answer(event, context)


# A handler that cannot be loaded fails the start, which every platform answers by delivering again.
HANDLER = _run if EXECUTABLE else load(_PLACE) if _PLACE else None
