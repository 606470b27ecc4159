import datetime
import types
import unittest
from unittest import mock

import runtime

try:
    import azure.functions as func
    from azure.functions.servicebus import ServiceBusMessage
except ImportError:
    func = None

try:
    from werkzeug.test import EnvironBuilder
    from werkzeug.wrappers import Request
except ImportError:
    Request = None


class Native:
    """What an executable is handed of a cloud's own, and what becomes of its answer."""

    provider = ""

    def setUp(self):
        handler = {"file": "handler", "symbol": None}
        names = (f"{self.provider}_native", "web")
        self.native, self.web = runtime.load(*names, provider=self.provider, handler=handler, payload="native")
        self.answer, self.seen = None, []
        handle = mock.patch.object(self.native, "HANDLER", lambda event, _: self.seen.append(event) or self.answer)
        handle.start()
        self.addCleanup(handle.stop)

    def given(self, event, answer=None):
        self.answer = answer
        context = types.SimpleNamespace(native={"event": event, "context": None})
        returned = self.native.answer(context, lambda made: (made.status, made.body))
        return self.seen[-1], returned


@unittest.skipIf(func is None, "there is no azure-functions")
class OnAzure(Native, unittest.TestCase):
    provider = "azure"

    def test_a_message(self):
        sent = datetime.datetime(2026, 11, 21, 9, 30, tzinfo=datetime.timezone.utc)
        message = ServiceBusMessage(body=b"\xff", message_id="m-1", application_properties={"count": 7}, user_properties={}, delivery_count=2, enqueued_time_utc=sent)  # fmt: skip
        seen, returned = self.given(message, {"status": 500})
        self.assertIsNone(returned, "nobody reads it")
        self.assertEqual((seen["body"], seen["encoding"], seen["message_id"]), ("/w==", "base64", "m-1"))
        self.assertEqual(seen["application_properties"], {"count": "7"})
        self.assertEqual((seen["delivery_count"], seen["enqueued_time_utc"]), (2, "2026-11-21T09:30:00.000Z"))

    def test_rows(self):
        rows = func.DocumentList([func.Document.from_dict({"id": "7", "notes": [{"at": 3}]})])
        self.assertEqual(self.given(rows)[0], [{"id": "7", "notes": [{"at": 3}]}])

    def test_a_tick(self):
        self.assertEqual(self.given(mock.Mock(spec=func.TimerRequest, past_due=True))[0], {"past_due": True})

    def test_a_request(self):
        request = func.HttpRequest("POST", "https://h/a?b=1", headers={"X-A": "1"}, route_params={"id": "7"}, body=b"hello")
        seen, returned = self.given(request, {"status": 201, "body": "made"})
        self.assertEqual(returned, (201, b"made"))
        expected = {"method": "POST", "url": "https://h/a?b=1", "headers": {"x-a": "1"}, "params": {"id": "7"}, "body": "hello", "encoding": "utf-8"}  # fmt: skip
        self.assertEqual(seen, expected)
        self.assertEqual(self.given(request)[1], (204, b""))
        with self.assertRaisesRegex(Exception, "an answer is a map"):
            self.given(request, "hello")


@unittest.skipIf(Request is None, "there is no Werkzeug")
class OnGoogle(Native, unittest.TestCase):
    provider = "gcp"

    def test_a_request(self):
        request = Request(EnvironBuilder("/a?b=1", "http://h/", method="POST", headers=[("X-A", "1")], data=b"\xff").get_environ())
        seen, returned = self.given(request, {"status": 202})
        self.assertEqual(returned, (202, b""))
        headers = seen.pop("headers")
        self.assertEqual(headers["x-a"], "1")
        self.assertEqual(seen, {"method": "POST", "url": "http://h/a?b=1", "body": "/w==", "encoding": "base64"})
        self.assertEqual(self.given(request)[1], (204, b""))


if __name__ == "__main__":
    unittest.main()
