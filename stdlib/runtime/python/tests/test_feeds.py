import unittest

import runtime

feeds, events = runtime.load("feeds", "events")

# a document whose only field is {"a": "b"}, as the value of an event
ENTRY = b"\x0a\x01a\x12\x04\x8a\x01\x01b"
EVENT = b"\x0a\x0b\x12\x09" + ENTRY


class Numbers(unittest.TestCase):
    def test_what_a_double_holds(self):
        said = [feeds.number(text) for text in ["7", "-7", "1830.50", "0.1", "1e3", "9007199254740992"]]
        self.assertEqual(said, [7, -7, 1830.5, 0.1, 1000.0, 9007199254740992])

    def test_what_it_does_not(self):
        for text in ["9007199254740993", "0.12345678901234567890", "1e400"]:
            self.assertEqual(feeds.number(text), text)


class Firestore(unittest.TestCase):
    def test_a_document(self):
        self.assertEqual(feeds.of_firestore(EVENT, False), [{"a": "b"}, None])

    def test_every_part_of_it(self):
        """What is cut off is an error or less of a document, and never another one."""
        for length in range(len(EVENT)):
            try:
                self.assertIn(feeds.of_firestore(EVENT[:length], False), [[None, None], [{}, None]])
            except (events.Malformed, KeyError, ValueError):
                pass

    def test_a_number_that_never_ends(self):
        with self.assertRaises(events.Malformed):
            feeds.of_firestore(b"\xff" * 100, False)


if __name__ == "__main__":
    unittest.main()
