"""Handlers that are processes, and all that such a process may do instead of answering."""

import json
import os
import pathlib
import shutil
import signal
import tempfile
import threading
import time
import unittest
from unittest import mock

import runtime

# What all handlers here begin with: `read` takes a call, `call` is its number, `answer` writes an answer.
HEAD = """#!/bin/sh
take() { IFS= read -r line || exit 0; call=${line#'{"call":'}; call=${call%%,*}; }
answer() { echo "{\\"call\\":$call,\\"answer\\":$1}"; }
"""
ECHO = HEAD + "while take; do answer $$; done\n"
PYTHON = """#!/usr/bin/env python3
import json, sys
for line in sys.stdin:
    said = json.loads(line)
    print(json.dumps({"call": said["call"], "answer": said["event"]}), flush=True)
"""


class Executables(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="portolan-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.log = []

    def load(self, script, timeout=20, mode=0o700, **settings):
        """The runtime with a handler of this text."""
        (self.folder / "handler").write_text(script)
        (self.folder / "handler").chmod(mode)
        handler = {"file": "handler", "symbol": None}
        settings = {"provider": "gcp", "timeout": timeout, "handler": handler, **settings}
        self.executable, self.calls, found = runtime.load("executable", "calls", "settings", **settings)
        self.addCleanup(self.executable._end_all)
        self.executable.ROOT, self.executable.EXECUTABLE = str(self.folder), str(self.folder / "handler")
        log = mock.patch.object(self.calls, "log", lambda *_, error=None, **more: error and self.log.append(error))
        log.start()
        self.addCleanup(log.stop)
        self.handle = found.HANDLER

    def call(self, event=None):
        return self.calls.call(event, self.calls.Context("1", None, None), None)

    def fails(self, why, event=None):
        with self.assertRaises(self.calls.Failed):
            self.call(event)
        self.assertIn(why, f"{type(self.log[-1]).__name__}: {self.log[-1]}")

    def processes(self):
        """Those that run still, of all that were started here."""
        found = []
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    at = os.readlink(f"/proc/{name}/cwd")
                except OSError:
                    continue
                if at == str(self.folder):
                    found.append(int(name))
        return found

    def gone(self, count=0):
        begun = time.monotonic()
        while len(self.processes()) > count and time.monotonic() < begun + 10:
            time.sleep(0.02)
        self.assertEqual(len(self.processes()), count)

    # --- answers ------------------------------------------------------------------------------------------------------

    def test_one_process_answers_all_calls(self):
        self.load(ECHO)
        self.assertEqual(len({self.call() for _ in range(20)}), 1)

    def test_a_call_says_what_happened_and_where(self):
        self.load(HEAD + 'take; printf "%s\\n" "$line" > seen; answer null\n')
        self.call({"trigger": "invoke", "input": "café 🐟"})
        seen = (self.folder / "seen").read_text()
        self.assertTrue(seen.startswith('{"call":1,"event":{"trigger":"invoke","input":"café 🐟"},"context":{"id":"1",'))
        about = json.loads(seen)["context"]
        self.assertEqual((about["app"], about["function"], about["provider"]), ("podcast", "f", "gcp"))
        self.assertTrue(0 < about["remaining"] <= 20_000)

    def test_half_a_surrogate_is_escaped(self):
        self.load(HEAD + 'take; printf "%s\\n" "$line" > seen; answer null\n')
        self.call("\ud83d")
        self.assertIn('"\\ud83d"', (self.folder / "seen").read_text())

    def test_what_a_handler_says_went_wrong_is_told(self):
        error = '{\\"type\\":\\"NoTea\\",\\"message\\":\\"$$\\"}'
        self.load(HEAD + f'while take; do echo "{{\\"call\\":$call,\\"error\\":{error}}}"; done\n')
        with self.assertRaisesRegex(self.calls.Failed, "NoTea: see the log"):
            self.call()
        with self.assertRaises(self.calls.Failed):
            self.call()
        one, other = self.log
        self.assertEqual((one.kind, str(one), one.trace), ("NoTea", str(other), ""), "it goes on after an error")

    def test_calls_at_the_same_time_have_a_process_each(self):
        self.load(HEAD + "while take; do sleep 0.5; answer $$; done\n")
        found = []
        threads = [threading.Thread(target=lambda: found.append(self.call())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(set(found)), 4)
        self.assertIn(self.call(), found, "and those are used again")

    def test_a_script_may_end_after_an_answer(self):
        self.load(HEAD + "take; answer $$\n")
        self.assertEqual(len({self.call() for _ in range(10)}), 10)
        self.load(HEAD + "take; answer $$; sleep 0.3\n")
        self.assertEqual(len({self.call() for _ in range(4)}), 4, "even while the next call is written")

    def test_a_large_event_and_a_large_answer(self):
        self.load(PYTHON)
        for size in (10, 100_000, 8_000_000):
            self.assertEqual(self.call("x" * size), "x" * size)

    def test_an_answer_before_the_event_was_read(self):
        self.load('#!/bin/sh\nexec 0<&-\necho "{\\"call\\":1,\\"answer\\":7}"\nsleep 60\n')
        self.assertEqual(self.call("x" * 1_000_000), 7)

    def test_the_mode_and_the_place_of_the_file_do_not_matter(self):
        self.load(ECHO.replace("answer $$", 'answer "\\"$(cat beside)\\""'), mode=0o600)
        (self.folder / "beside").write_text("hello")
        self.assertEqual(self.call(), "hello", "it runs in the root of the package")

    def test_what_it_writes_to_standard_error_holds_nothing_up(self):
        self.load(HEAD + "while take; do head -c 3000000 /dev/zero >&2; answer 1; done\n")
        with open(os.devnull, "wb") as nothing:
            kept = os.dup(2)
            os.dup2(nothing.fileno(), 2)
            try:
                self.assertEqual([self.call(), self.call()], [1, 1])
            finally:
                os.dup2(kept, 2)
                os.close(kept)

    # --- none ---------------------------------------------------------------------------------------------------------

    def test_a_process_that_ends(self):
        for script, how in (("exit 3", "with status 3"), ("kill -9 $$", "by signal 9"), (":", "with status 0")):
            self.load(HEAD + f"take; {script}\n")
            self.fails(f"Unanswered: it ended {how} before it answered")
        self.load("#!/bin/sh\nexit 5\n")
        self.fails("Unanswered: it ended with status 5 before it answered")

    def test_the_next_call_has_another_process(self):
        self.load(HEAD + "take; [ -e once ] || { touch once; exit 1; }; answer 1\n")
        self.fails("it ended with status 1")
        self.assertEqual(self.call(), 1)

    def test_a_call_that_was_read_is_not_given_to_another(self):
        self.load(HEAD + "take; answer 1; take; echo read >> reads; exit 1\n")
        self.assertEqual(self.call(), 1)
        self.fails("it ended with status 1")
        self.assertEqual((self.folder / "reads").read_text(), "read\n")

    def test_a_process_that_hangs(self):
        self.load(HEAD + "take; sleep 60 & wait\n", timeout=1)
        begun = time.monotonic()
        self.fails("Unanswered: it did not answer within the function's timeout")
        self.assertLess(time.monotonic() - begun, 5)
        self.gone()

    def test_a_process_that_reads_nothing(self):
        self.load("#!/bin/sh\nsleep 60\n", timeout=1)
        self.fails("timeout", "x" * 1_000_000)
        self.gone()

    def test_lines_that_are_no_answer(self):
        for line, why in (
            ("starting up", "that is no JSON"),
            ("", "that is no JSON"),
            ("NaN", "that is no JSON"),
            ('{"call":1,"answer":NaN}', "that is no JSON"),
            ("[" * 100_000, "that is no JSON"),
            ("7", "neither"),
            ('{"answer":1}', "neither"),
            ('{"call":1}', "neither"),
            ('{"call":1,"answer":1,"error":{}}', "neither"),
            ('{"call":1,"answer":1,"status":200}', "neither"),
            ('{"call":2,"answer":1}', "another call"),
            ('{"call":"1","answer":1}', "another call"),
            ('{"call":true,"answer":1}', "another call"),
            ('{"call":1,"error":"no"}', "an `error` has"),
            ('{"call":1,"error":{"status":4}}', "an `error` has"),
            ('{"call":1,"error":{"message":4}}', "an `error` has"),
        ):
            (self.folder / "line").write_text(line + "\n")
            self.load("#!/bin/sh\nread -r line\ncat line\nsleep 60\n")
            self.fails(why)
            self.gone()

    def test_bytes_that_are_no_text(self):
        self.load("#!/bin/sh\nread -r line\nprintf '\\377\\n'\n")
        self.fails("that is no JSON")

    def test_a_line_without_an_end(self):
        self.load("#!/bin/sh\nread -r line\nprintf '{\"call\":1,\"answer\":1}'\n")
        self.fails("it ended with status 0 before it answered")

    def test_an_answer_without_an_end(self):
        self.load("#!/bin/sh\nread -r line\ncat /dev/zero\n")
        self.fails("its answer is over 32 MiB")
        self.gone()

    def test_a_process_that_closes_its_output(self):
        self.load("#!/bin/sh\nread -r line\nexec 1>&-\nsleep 60\n")
        self.fails("it closed its standard output before it answered")
        self.gone()

    def test_what_is_said_twice_confuses_no_later_call(self):
        # too early to be seen, or not: whatever it answers then is not taken for another answer
        self.load(HEAD + 'while take; do echo "{\\"call\\":$call,\\"answer\\":$call}"; answer $call; done\n')
        for call in range(1, 6):
            try:
                self.assertEqual(self.call(), call)
            except self.calls.Failed:
                self.assertIn("another call", str(self.log[-1]))
        self.load(HEAD + "while take; do answer $$; sleep 0.1; answer $$; done\n")
        first = self.call()
        time.sleep(0.3)
        self.assertNotEqual(self.call(), first)

    def test_a_process_that_ends_and_leaves_another_with_its_output(self):
        self.load(HEAD + "take; sleep 60 & exit 4\n")
        begun = time.monotonic()
        self.fails("it ended with status 4")
        self.assertLess(time.monotonic() - begun, 5)
        self.gone()

    def test_a_process_that_answers_and_leaves_another(self):
        self.load(HEAD + "take; sleep 60 & answer $$\n")
        self.assertEqual(len({self.call() for _ in range(3)}), 3)

    def test_a_file_that_cannot_be_run(self):
        self.load("#!/nowhere/at/all\n")
        self.fails("FileNotFoundError")
        self.load("\x7fELF\n")
        self.fails("OSError: [Errno 8]")

    def test_processes_end_with_the_entry(self):
        self.load(ECHO)
        self.call()
        self.gone(1)
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, self.executable._on_termination)
            os.kill(os.getpid(), signal.SIGTERM)
            os._exit(0)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), -signal.SIGTERM)
        self.gone()


if __name__ == "__main__":
    unittest.main()
