"""One call of the handler: its context, what may go wrong, and the one line of log that it leaves."""

import json
import sys
import time
import types

from .settings import HANDLER, SETTINGS

_TRACE = 16_000
_MESSAGE = 4_096


class Failed(Exception):
    """The handler did not do it. What went wrong is in the log and only there."""


class Misanswered(Exception):
    """What a handler returned is not what docs/events.md asks for."""


class Reported(Exception):
    """What a handler in a process of its own says went wrong: its words for the type, and where it came from."""

    def __init__(self, message, kind, trace):
        super().__init__(message[:_MESSAGE])
        self.kind, self.trace = kind[:_MESSAGE], trace[-_TRACE:]

    @classmethod
    def of(cls, said):
        return cls(said.get("message", ""), said.get("type") or "Error", said.get("trace", ""))

    @staticmethod
    def may_be(said):
        fields = {"type", "message", "trace"}
        return isinstance(said, dict) and said.keys() <= fields and all(isinstance(text, str) for text in said.values())


class Context:
    """Where a call runs."""

    def __init__(self, id, native_event, native_context, remaining=None):
        self.id = id
        self.app = SETTINGS["app"]
        self.target = SETTINGS["target"]
        self.function = SETTINGS["function"]
        self.provider = SETTINGS["provider"]
        self.region = SETTINGS["region"]
        self.native = {"event": native_event, "context": native_context}
        self.started = time.monotonic()
        self._remaining = remaining or self._until_timeout

    def remaining(self):
        """Milliseconds until the function's timeout ends this call."""
        return self._remaining()

    def _until_timeout(self):
        return max(0, int((self.started + SETTINGS["timeout"] - time.monotonic()) * 1000))


def call(event, context, trigger, judge=lambda answer: answer):
    """What the handler answers, judged. Whatever it does instead of answering raises `Failed`."""
    return watch(lambda: judge(_plain(HANDLER(event, context))), context, trigger, event)


def watch(work, context, trigger, event):
    """Does the work of one call and leaves its line in the log."""
    try:
        done = work()
    except (Exception, SystemExit) as error:
        log("failed", context, trigger, event, error=error)
        raise Failed(f"{_kind(error)}: see the log") from error
    log("done", context, trigger, event, failed=len(done) if isinstance(done, Failures) else 0)
    return done


class Failures(list):
    """The ids of the messages that are to come again."""


def failures(messages):
    """Judges what a queue's handler returned for these messages."""
    known = [message["id"] for message in messages]

    def judge(answer):
        if answer is None:
            return Failures()
        if not isinstance(answer, dict) or answer.keys() != {"failed"} or not isinstance(answer["failed"], list):
            raise Misanswered('a queue\'s handler returns nothing, or {"failed": [ids]}')
        if any(id not in known for id in answer["failed"]):
            raise Misanswered("`failed` holds an id that is not in the batch")
        return Failures(id for id in known if id in answer["failed"])

    return judge


def json_of(answer):
    """Judges what is returned to a function that called: JSON, and nothing that only looks like it."""
    return json.loads(json.dumps(answer, allow_nan=False))


def _plain(answer):
    # The work of a coroutine that nobody awaits is never done, so it must not count as done.
    if isinstance(answer, types.CoroutineType):
        answer.close()
        raise Misanswered("a handler in Python is a plain function, not an async one")
    return answer


def log(outcome, context, trigger, event, failed=0, status=None, error=None):
    """Writes the line of one call: never a body, header, token or other content of an event."""
    event, trigger = event or {}, trigger or {}
    line = {
        "level": "error" if error is not None else "warning" if outcome == "refused" or failed else "info",
        "app": SETTINGS["app"],
        "target": SETTINGS["target"],
        "function": SETTINGS["function"],
        "trigger": trigger.get("trigger"),
        "key": trigger.get("key"),
        "event": event.get("id"),
        "source": event.get("source"),
        "call": context.id,
        "milliseconds": round((time.monotonic() - context.started) * 1000),
        "outcome": outcome,
        "failed": failed,
    }
    if status is not None:
        line["status"] = status
    if error is not None:
        line["error"] = {"type": _kind(error), "message": str(error), "trace": _trace(error)}
    # The log must not fail a call: a handler may have closed stdout.
    try:
        sys.__stdout__.write(json.dumps(line, ensure_ascii=True) + "\n")
        sys.__stdout__.flush()
    except (OSError, ValueError, AttributeError):
        pass


def _kind(error):
    return error.kind if isinstance(error, Reported) else type(error).__name__


def _trace(error):
    if isinstance(error, Reported):
        return error.trace
    import traceback

    return "".join(traceback.format_exception(type(error), error, error.__traceback__))[-_TRACE:]
