"""A handler that is an executable: a process that is handed one line of JSON a call, and answers each with one.

`docs/custom.md` is the contract. A process has one call at a time; calls at the same time have a process each, and
those that are idle are used again. One that does anything but answer is killed, with all that it started, and its call
fails.
"""

import atexit
import contextlib
import fcntl
import itertools
import json
import os
import selectors
import signal
import struct
import subprocess
import termios
import threading
import time

from .calls import Reported
from .settings import EXECUTABLE, ROOT

# What an answer may have in bytes; the limits of each platform are below that.
_LONGEST = 32 * 1024 * 1024
_PIECE = 64 * 1024
# How often it is looked whether a process has ended whose output somebody else holds open, in seconds.
_GLANCE = 0.1
# What a process may take to end after it closed its output, and after it was killed.
_GRACE = 0.5

_numbers = itertools.count(1)
_lock = threading.Lock()
_idle = []
_running = set()


class Unanswered(Exception):
    """The handler did not answer: it ended, wrote something else, or took too long."""


class _Untouched(Unanswered):
    """The process ended after an earlier answer, and has read nothing of this call."""


def answer(event, context):
    """What the handler answers to an event."""
    call = next(_numbers)
    line = _line({"call": call, "event": event, "context": _about(context)})
    until = time.monotonic() + _allowed(context)
    program = _found() or _Program()
    try:
        try:
            answered = program.answer(line, call, until)
        except _Untouched:
            # as a script may that serves one call and ends
            program.end()
            program = _Program()
            answered = program.answer(line, call, until)
    except BaseException:
        program.end()
        raise
    program.rest()
    if "error" in answered:
        raise Reported.of(answered["error"])
    return answered["answer"]


def start():
    """Has a process ready before the first call."""
    _Program().rest()


def _found():
    while True:
        with _lock:
            if not _idle:
                return None
            program = _idle.pop()
        if program.is_fit():
            return program
        program.end()


def _allowed(context):
    """The seconds of a call: shortly before its timeout, so that there is time left to say so."""
    left = context.remaining()
    return (left - min(500, left / 10)) / 1000


def _about(context):
    names = ("id", "app", "target", "function", "provider", "region")
    return {**{name: getattr(context, name) for name in names}, "remaining": context.remaining()}


def _line(value):
    def written(is_ascii):
        return json.dumps(value, ensure_ascii=is_ascii, separators=(",", ":"), allow_nan=False) + "\n"

    try:
        return written(False).encode()
    except UnicodeEncodeError:
        # half of a surrogate pair, which only an escape can hold
        return written(True).encode()


class _Program:
    """A process."""

    def __init__(self):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0}
        self.process = subprocess.Popen([_place()], cwd=ROOT, start_new_session=True, **pipes)
        self.has_answered = False
        self.has_said_more = False
        for pipe in (self.process.stdin, self.process.stdout):
            os.set_blocking(pipe.fileno(), False)
        _running.add(self)

    def answer(self, line, call, until):
        answered = _read(self._exchange(line, until), call)
        self.has_answered = True
        return answered

    def rest(self):
        """Waits for the next call; what wrote more than its answer would only confuse that."""
        if self.has_said_more:
            return self.end()
        with _lock:
            _idle.append(self)

    def is_fit(self):
        """Whether it still runs, and has said nothing since."""
        if self.process.poll() is not None:
            return False
        try:
            os.read(self.process.stdout.fileno(), 1)
        except BlockingIOError:
            return True
        return False

    def end(self):
        """Ends it, and what it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_GRACE)
        for pipe in (self.process.stdin, self.process.stdout):
            pipe.close()
        _running.discard(self)

    def _exchange(self, line, until):
        """Writes a line while it reads the one that comes back: either pipe may be full."""
        out, rest, heard, sent = self.process.stdout, memoryview(line), bytearray(), 0
        with selectors.DefaultSelector() as ready:
            ready.register(out, selectors.EVENT_READ)
            ready.register(self.process.stdin, selectors.EVENT_WRITE)
            while True:
                left = until - time.monotonic()
                if left <= 0:
                    raise Unanswered("it did not answer within the function's timeout")
                # before the look at its output: what it wrote last is read all the same
                has_ended = self.process.poll() is not None
                pipes = [key.fileobj for key, _ in ready.select(min(left, _GLANCE))]
                if self.process.stdin in pipes:
                    count = self._write(rest[sent:])
                    sent += count or 0
                    if count is None or sent == len(line):
                        ready.unregister(self.process.stdin)
                if out in pipes:
                    piece = os.read(out.fileno(), _PIECE)
                    before, end, after = piece.partition(b"\n")
                    heard += before
                    if len(heard) > _LONGEST:
                        raise Unanswered("its answer is over 32 MiB")
                    if end:
                        self.has_said_more = bool(after)
                        return bytes(heard)
                    has_ended = not piece
                if has_ended:
                    raise self._gone(sent)

    def _write(self, rest):
        """How many bytes went out; nothing when nobody reads any more: who answers all the same has made no mistake."""
        try:
            return os.write(self.process.stdin.fileno(), rest[:_PIECE])
        except BlockingIOError:
            return 0
        except BrokenPipeError:
            return None

    def _gone(self, sent):
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_GRACE)
        status = self.process.returncode
        if status is None:
            return Unanswered("it closed its standard output before it answered")
        how = f"with status {status}" if status >= 0 else f"by signal {-status}"
        kind = _Untouched if self.has_answered and self._has_read_nothing(sent) else Unanswered
        return kind(f"it ended {how} before it answered")

    def _has_read_nothing(self, sent):
        waiting = fcntl.ioctl(self.process.stdin.fileno(), termios.FIONREAD, bytes(4))
        return struct.unpack("i", waiting)[0] >= sent


def _read(line, call):
    """Judges a line of the handler's."""
    try:
        said = json.loads(line.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Unanswered("it wrote a line to standard output that is no JSON; a log goes to standard error") from None
    if not isinstance(said, dict) or said.keys() not in ({"call", "answer"}, {"call", "error"}):
        raise Unanswered('its line is neither {"call", "answer"} nor {"call", "error"}')
    if type(said["call"]) is not int or said["call"] != call:
        raise Unanswered("it answered another call than the one it had")
    if "error" in said and not Reported.may_be(said["error"]):
        raise Unanswered("an `error` has the texts `type`, `message` and `trace`, and nothing else")
    return said


def _no_number(word):
    raise ValueError(f"{word} is no JSON")


def _place():
    """Where it may be run: some platforms unpack a package without its modes, or let nothing be run there."""
    with _lock:
        if not hasattr(_place, "found"):
            _place.found = EXECUTABLE if os.access(EXECUTABLE, os.X_OK) else _copied()
        return _place.found


def _copied():
    import shutil
    import tempfile

    copy = os.path.join(tempfile.mkdtemp(prefix="portolan-"), os.path.basename(EXECUTABLE))
    shutil.copyfile(EXECUTABLE, copy)
    os.chmod(copy, 0o700)
    return copy


# --- the end of the entry's own process -------------------------------------------------------------------------------


@atexit.register
def _end_all():
    for program in list(_running):
        program.end()


def _on_termination(number, frame):
    _end_all()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


# A host that listens to the signal itself ends in order, and so comes by `atexit`.
if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
    signal.signal(signal.SIGTERM, _on_termination)
