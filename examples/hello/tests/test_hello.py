import json
import unittest
from pathlib import Path

import hello

EVENT = json.loads(Path(__file__).with_name("events").joinpath("root.json").read_text())


class Hello(unittest.TestCase):
    def test_everybody_who_is_named_is_greeted(self):
        self.assertEqual(hello.handle(EVENT, None), {"status": 200, "body": "hello, ann and bob\n"})

    def test_nobody_in_particular_is_the_world(self):
        self.assertEqual(hello.handle({**EVENT, "query": {}}, None)["body"], "hello, world\n")


if __name__ == "__main__":
    unittest.main()
