import os
import pathlib
import unittest
from unittest import mock

import runtime

HANDLER = {"file": "tests_handler.py", "symbol": "handle"}
TRIGGER = {"trigger": "bucket", "key": "uploads", "source": "s/uploads", "bucket": "uploads", "variable": "UPLOADS_BUCKET", "events": ["created", "deleted"], "prefix": "", "suffixes": [], "input": "file"}  # fmt: skip
FACTS = {
    "id": "1",
    "time": "2026-11-21T03:00:00.000Z",
    "change": "created",
    "key": "../a b/x.mp3",
    "size": 5,
    "etag": None,
    "version": None,
}

files, calls = runtime.load("files", "calls")


class InputFile(unittest.TestCase):
    def setUp(self):
        self.seen = []
        self.context = calls.Context("1", None, None)
        silent = mock.patch.object(calls, "log")
        silent.start()
        self.addCleanup(silent.stop)

    def call(self, pieces, **facts):
        def handle(trigger, event, context):
            path = event["object"].get("file")
            self.seen.append((path, path and pathlib.Path(path).read_bytes()))
            if self.raising:
                raise calls.Failed("no")

        with mock.patch.dict(files._PIECES, {"aws": lambda trigger, about: (yield from pieces)}):
            files.on_change([TRIGGER], {**FACTS, **facts}, self.context, handle)

    raising = False

    def test_a_copy_that_is_gone_afterwards(self):
        self.call([b"he", b"llo"])
        ((path, content),) = self.seen
        self.assertEqual(content, b"hello")
        self.assertTrue(path.endswith("object.mp3"))
        self.assertFalse(os.path.exists(os.path.dirname(path)))

    def test_it_is_gone_after_a_failure_too(self):
        self.raising = True
        with self.assertRaises(calls.Failed):
            self.call([b"hello"])
        self.assertFalse(os.path.exists(os.path.dirname(self.seen[0][0])))

    def test_what_is_deleted_has_no_copy(self):
        self.call([], change="deleted")
        self.assertEqual(self.seen, [(None, None)])

    def test_an_object_that_does_not_fit_is_not_fetched(self):
        with self.assertRaises(calls.Failed):
            self.call(self.never(), size=1 << 60)
        self.assertEqual(self.seen, [])

    def test_an_object_that_is_larger_than_it_says(self):
        with (
            mock.patch("shutil.disk_usage", return_value=mock.Mock(free=files._SPARE + 8)),
            self.assertRaises(calls.Failed),
        ):
            self.call([b"12345", b"67890"])
        self.assertEqual(self.seen, [])

    def test_a_client_that_fails(self):
        def broken():
            yield b"x"
            raise OSError("gone")

        with self.assertRaises(calls.Failed):
            self.call(broken())
        self.assertEqual(self.seen, [])

    def never(self):
        self.fail("it was fetched")
        yield b""


if __name__ == "__main__":
    unittest.main()
