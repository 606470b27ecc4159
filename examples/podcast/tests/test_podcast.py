import hashlib
import hmac
import io
import json
import os
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

from portolan import bucket, queue, table
from src import announce, api, id3, nightly, tag

SHOWS = {"key": {"show": "string", "number": "number"}, "indexes": {"by-date": {"show": "string", "date": "string"}}}


def event(name):
    return json.loads(Path(__file__).with_name("events").joinpath(f"{name}.json").read_text())


class Podcast(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        environment = {
            "PORTOLAN_LOCAL": folder.name,
            "SHOWS_TABLE_KEYS": json.dumps(SHOWS),
            "SIGNING_KEY_SECRET_VALUE": "secret",
            "FEED_TITLE": "podcast on aws",
        }
        patched = mock.patch.dict(os.environ, environment)
        patched.start()
        self.addCleanup(patched.stop)

    def test_an_upload_is_tagged_and_queued(self):
        bucket("uploads").write(event("uploaded")["object"]["key"], b"frames here")
        tag.handle(event("uploaded"), None)
        self.assertEqual([kept["key"] for kept in bucket("episodes").list()], ["tagged/night owls/7.mp3"])
        sound = bucket("episodes").read("tagged/night owls/7.mp3")
        self.assertEqual((sound[:3], sound[-11:]), (b"ID3", b"frames here"))
        self.assertIn("night owls #7".encode("utf-16"), sound)
        [message] = queue("publish").receive(limit=10)
        episode = json.loads(message["body"])
        self.assertEqual((episode["show"], episode["number"], episode["size"]), ("night owls", 7, 11))

    def test_an_upload_elsewhere_is_refused(self):
        for key in ("7.mp3", "a/b/7.mp3", "a/seven.mp3"):
            with self.assertRaises(ValueError):
                tag.place(key)

    def test_a_second_tag_replaces_the_first(self):
        once = id3.tagged(b"frames", "one", "show")
        self.assertEqual(id3.tagged(once, "two", "show"), id3.tagged(b"frames", "two", "show"))

    def test_what_cannot_be_announced_comes_again(self):
        with self.assertLogs(level="ERROR"):
            answer = announce.handle(event("publish"), None)
        self.assertEqual(answer, {"failed": ["m-2"]})
        [published] = map(json.loads, self.folder.joinpath("topics/released.jsonl").read_text().splitlines())
        self.assertEqual(json.loads(published["body"])["feed"], "podcast on aws")
        signature = hmac.new(b"secret", published["body"].encode(), hashlib.sha256).hexdigest()
        self.assertEqual(published["attributes"], {"signature": signature})
        self.assertIsNotNone(table("shows").read({"show": "night owls", "number": 7}))

    def test_episodes_are_served(self):
        self.assertEqual(api.get(event("get"), None)["status"], 404)
        for number, date in ((7, "2026-11-21"), (8, "2026-11-22")):
            table("shows").write({"show": "night owls", "number": number, "date": date, "size": 5})
        self.assertEqual(api.get(event("get"), None)["body"]["number"], 7)
        self.assertEqual([episode["number"] for episode in api.list(event("list"), None)["body"]], [8, 7])
        wrong = {**event("get"), "parameters": {"show": "night owls", "number": "x"}}
        self.assertEqual(api.get(wrong, None)["status"], 400)

    def test_the_night_counts(self):
        table("shows").write({"show": "a", "number": 1, "size": 5})
        table("shows").write({"show": "a", "number": 2, "size": 6})
        output = io.StringIO()
        with redirect_stdout(output):
            nightly.handle(event("nightly"), None)
        expected = {"day": "2026-11-21", "shows": {"a": {"episodes": 2, "bytes": 11}}}
        self.assertEqual(json.loads(output.getvalue()), expected)


if __name__ == "__main__":
    unittest.main()
