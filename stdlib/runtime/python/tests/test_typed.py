import json
import logging
import pathlib
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[1]
CASES = pathlib.Path(__file__).resolve().parents[4] / "golden-tests/events"

sys.path.insert(0, str(SOURCE))
from portolan import events  # noqa: E402


def neutral(case):
    return json.loads((CASES / case / "neutral.json").read_text(encoding="utf-8"))


class Typed(unittest.TestCase):
    def test_every_case_can_be_read(self):
        read = 0
        for path in sorted(CASES.glob("*/neutral.json")):
            event = json.loads(path.read_text(encoding="utf-8"))
            if "version" not in event:
                continue
            event = {**event, "time": event["time"].replace("<clock>", "2026-11-21T03:00:00.000Z"), "added": "later"}
            if event.get("principal") == "<any>":
                event["principal"] = None
            self.assertEqual(events.read(event).source, event["source"], path)
            read += 1
        self.assertGreater(read, 20)

    def test_a_queue(self):
        event = events.QueueEvent.of(neutral("queue-bytes"))
        self.assertEqual(
            (event.name, event.messages[0].data, event.time.isoformat()),
            ("publish", b"\xff\x00\xfe", "2026-11-21T09:30:12.345000+00:00"),
        )

    def test_each_message(self):
        logging.getLogger("portolan").disabled = True
        event = events.QueueEvent.of(neutral("queue-batch"))
        # only the first of them is JSON
        self.assertEqual(
            event.each(lambda message: message.json()), {"failed": [message.id for message in event.messages[1:]]}
        )

    def test_a_request(self):
        event = events.HttpEvent.of({**neutral("http-jwt-platform"), "time": "2026-11-21T03:00:00.000Z"})
        self.assertEqual(
            event.principal,
            events.Principal("jwt", "ann", {"sub": "ann", "iss": "https://login.example.com/", "aud": "podcast"}),
        )

    def test_an_answer(self):
        self.assertEqual(events.Answer(200, {"a": 1}).map(), {"status": 200, "body": {"a": 1}})

    def test_types(self):
        """mypy, where it is installed, as it is for the oracle."""
        try:
            import mypy  # noqa: F401
        except ImportError:
            self.skipTest("there is no mypy")
        command = [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--follow-imports=silent",
            "--python-version",
            "3.10",
            "--cache-dir",
            "/dev/null",
            str(SOURCE / "portolan/events.py"),
        ]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)


if __name__ == "__main__":
    unittest.main()
