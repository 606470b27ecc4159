import datetime
import unittest

import runtime

events, web, cors = runtime.load("events", "web", "cors")


class Times(unittest.TestCase):
    def test_of_text(self):
        for text, expected in [
            ("2026-11-21T03:00:00Z", "2026-11-21T03:00:00.000Z"),
            ("2026-11-21T03:00:00.1Z", "2026-11-21T03:00:00.100Z"),
            ("2026-11-21T03:00:00.9999999Z", "2026-11-21T03:00:00.999Z"),
            ("2026-11-21t03:00:00.123456789z", "2026-11-21T03:00:00.123Z"),
            ("2026-11-20T19:00:00-08:00", "2026-11-21T03:00:00.000Z"),
            ("2026-11-21T08:30:00+0530", "2026-11-21T03:00:00.000Z"),
            ("2026-11-21T03:00:00", "2026-11-21T03:00:00.000Z"),
        ]:
            self.assertEqual(events.of_text(text), expected)

    def test_what_is_no_time(self):
        for text in [
            "",
            "yesterday",
            "2026-11-21",
            "2026-13-41T00:00:00Z",
            "2026-11-21T03:00:00Zx",
            None,
            7,
            "0001-01-01T00:00:00+14:00",
        ]:
            with self.assertRaises(events.Malformed):
                events.of_text(text)

    def test_of_others(self):
        self.assertEqual(events.of_milliseconds("1795253412345"), "2026-11-21T09:30:12.345Z")
        self.assertEqual(
            events.of_datetime(datetime.datetime(2026, 11, 21, 3, 0, 0, 999999)), "2026-11-21T03:00:00.999Z"
        )
        for count in [None, "x", 10**30]:
            with self.assertRaises(events.Malformed):
                events.of_milliseconds(count)


class Content(unittest.TestCase):
    def test_the_bytes_decide(self):
        self.assertEqual(events.content(b""), {"body": "", "encoding": "utf-8"})
        self.assertEqual(events.content("\ufeffü\0".encode()), {"body": "\ufeffü\0", "encoding": "utf-8"})
        # a surrogate and an overlong slash are not UTF-8
        self.assertEqual(events.content(b"\xed\xa0\x80"), {"body": "7aCA", "encoding": "base64"})
        self.assertEqual(events.content(b"\xc0\xaf"), {"body": "wK8=", "encoding": "base64"})

    def test_attributes(self):
        said = [events.attribute(value) for value in ["ü", 7, -1.5, True, None, b"\xff", [1, "ü"]]]
        self.assertEqual(said, ["ü", "7", "-1.5", "true", "null", "/w==", '[1, "ü"]'])

    def test_cookies(self):
        self.assertEqual(
            web._cookies(['a=1; b="x y"', "a=2; =c; d; e=f=g; "]), {"a": "1", "b": '"x y"', "": "c", "e": "f=g"}
        )

    def test_hosts(self):
        self.assertEqual(
            [web._host(host) for host in ["A.example.com:443", "[::1]:80", "[::1]"]],
            ["a.example.com", "[::1]", "[::1]"],
        )


class Cors(unittest.TestCase):
    def dressed(self, rules, headers, answer=()):
        request = web.Request("1", "", "GET", "h", "/", "", headers, [], b"", None)
        return dict(
            cors.dressed(
                list(answer),
                {"origins": [], "methods": [], "headers": [], "credentials": False, "max_age": None, **rules},
                request,
            )
        )

    def test_all_origins_never_have_credentials(self):
        allowed = self.dressed({"origins": ["*"], "credentials": True}, [("origin", "https://a.example.com")])
        self.assertEqual(allowed, {"access-control-allow-origin": "*"})

    def test_an_origin_that_only_begins_so(self):
        allowed = self.dressed(
            {"origins": ["https://a.example.com"]}, [("origin", "https://a.example.com.evil.com")], [("Vary", "accept")]
        )
        self.assertEqual(allowed, {"vary": "accept, origin"})

    def test_no_origin(self):
        self.assertEqual(self.dressed({"origins": ["https://a.example.com"]}, []), {"vary": "origin"})


if __name__ == "__main__":
    unittest.main()
