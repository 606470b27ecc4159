import hashlib
import hmac
import io
import json
import os
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

from src import announce, api, id3, nightly, tag
from src import cloud as clouds


def event(name):
    return json.loads(Path(__file__).with_name("events").joinpath(f"{name}.json").read_text())


class Fake:
    """A cloud in memory."""

    def __init__(self):
        self.kept, self.sent, self.published = {}, [], []
        self.shows = {}

    def upload(self, key):
        return b"frames here"

    def keep_episode(self, key, sound):
        self.kept[key] = sound

    def send(self, text):
        self.sent.append(json.loads(text))

    def publish(self, text, signature):
        self.published.append((text, signature))

    def signing_key(self):
        return "secret"

    def put_show(self, episode):
        self.shows[episode["show"], episode["number"]] = episode

    def get_show(self, show, number):
        return self.shows.get((show, number))

    def list_shows(self, show):
        found = [episode for (name, _), episode in self.shows.items() if name == show]
        return sorted(found, key=lambda episode: episode["date"])

    def scan_shows(self):
        return self.shows.values()


class Podcast(unittest.TestCase):
    def setUp(self):
        self.fake = Fake()
        for module in (tag, announce, api, nightly):
            replaced = mock.patch.object(module, "cloud", lambda: self.fake)
            replaced.start()
            self.addCleanup(replaced.stop)
        environment = mock.patch.dict(os.environ, {"FEED_TITLE": "podcast on aws"})
        environment.start()
        self.addCleanup(environment.stop)

    def test_an_upload_is_tagged_and_queued(self):
        tag.handle(event("uploaded"), None)
        [(key, sound)] = self.fake.kept.items()
        self.assertEqual(key, "tagged/night owls/7.mp3")
        self.assertEqual((sound[:3], sound[-11:]), (b"ID3", b"frames here"))
        self.assertIn("night owls #7".encode("utf-16"), sound)
        [episode] = self.fake.sent
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
        [(text, signature)] = self.fake.published
        self.assertEqual(json.loads(text)["feed"], "podcast on aws")
        self.assertEqual(signature, hmac.new(b"secret", text.encode(), hashlib.sha256).hexdigest())
        self.assertIn(("night owls", 7), self.fake.shows)

    def test_episodes_are_served(self):
        self.assertEqual(api.get(event("get"), None)["status"], 404)
        for number, date in ((7, "2026-11-21"), (8, "2026-11-22")):
            self.fake.put_show({"show": "night owls", "number": number, "date": date, "size": 5})
        self.assertEqual(api.get(event("get"), None)["body"]["number"], 7)
        self.assertEqual([episode["number"] for episode in api.list(event("list"), None)["body"]], [8, 7])
        wrong = {**event("get"), "parameters": {"show": "night owls", "number": "x"}}
        self.assertEqual(api.get(wrong, None)["status"], 400)

    def test_the_night_counts(self):
        self.fake.put_show({"show": "a", "number": 1, "size": 5})
        self.fake.put_show({"show": "a", "number": 2, "size": 6})
        output = io.StringIO()
        with redirect_stdout(output):
            nightly.handle(event("nightly"), None)
        expected = {"day": "2026-11-21", "shows": {"a": {"episodes": 2, "bytes": 11}}}
        self.assertEqual(json.loads(output.getvalue()), expected)

    def test_every_cloud_can_do_the_same(self):
        for cloud in (clouds.Aws, clouds.Google, clouds.Azure):
            offered = {name for name in vars(cloud) if not name.startswith("_")}
            self.assertEqual(offered, {name for name in vars(Fake) if not name.startswith("_")})

    def test_the_environment_says_which_cloud_it_is(self):
        choose = clouds.cloud.__wrapped__
        said = {"AWS_LAMBDA_FUNCTION_NAME": clouds.Aws, "K_SERVICE": clouds.Google, "WEBSITE_SITE_NAME": clouds.Azure}
        for name, cloud in said.items():
            with mock.patch.dict(os.environ, {name: "x"}, clear=True):
                self.assertIsInstance(choose(), cloud)
        with mock.patch.dict(os.environ, {}, clear=True), self.assertRaises(RuntimeError):
            choose()


if __name__ == "__main__":
    unittest.main()
