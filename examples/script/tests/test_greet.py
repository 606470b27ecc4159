import json
import subprocess
import unittest
from pathlib import Path

EVENT = json.loads(Path(__file__).with_name("events").joinpath("ann.json").read_text())


def call(number, name):
    """A line as an entry writes it."""
    event = {**EVENT, "parameters": {"name": name}}
    return json.dumps({"call": number, "event": event, "context": {}}, separators=(",", ":")) + "\n"


def answers(*lines):
    ran = subprocess.run(["sh", "greet.sh"], input="".join(lines), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


class Greet(unittest.TestCase):
    def test_each_call_has_its_answer(self):
        first, second = answers(call(1, "ann"), call(2, "bob"))
        self.assertEqual(first, {"call": 1, "answer": {"status": 200, "body": "hello, ann\n"}})
        self.assertEqual(second, {"call": 2, "answer": {"status": 200, "body": "hello, bob\n"}})

    def test_what_is_no_name_is_not_found(self):
        for name in ('a"b', "a b", "<b>", "é", "$(id)"):
            self.assertEqual(answers(call(7, name))[0]["answer"]["status"], 404, name)


if __name__ == "__main__":
    unittest.main()
