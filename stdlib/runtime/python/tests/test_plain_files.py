import http.server
import os
import threading
import unittest
from unittest import mock

import runtime

plain_files = runtime.load("plain_files")
TRIGGER = {"variable": "UPLOADS_BUCKET"}
ABOUT = {"key": "a b/é?.mp3", "version": "7"}
CONTENT = b"x" * 3_000_000


class Store(http.server.BaseHTTPRequestHandler):
    """A store, and the platform's lender of tokens."""

    def do_GET(self):
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        status, body = (200, b'{"access_token": "lent"}') if "token" in self.path else self.server.answer
        self.send_response(status)
        self.send_header("content-length", str(len(body) + self.server.missing))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class PlainFiles(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Store)
        self.server.asked, self.server.answer, self.server.missing = [], (200, CONTENT), 0
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def fetched(self, fetch, **environment):
        with mock.patch.dict(os.environ, {"UPLOADS_BUCKET": "up", **environment}):
            return b"".join(fetch(TRIGGER, ABOUT))

    def of_blobs(self):
        lender = {"IDENTITY_ENDPOINT": f"{self.url}/token", "IDENTITY_HEADER": "secret", "AZURE_CLIENT_ID": "me"}
        return self.fetched(plain_files.from_blobs, UPLOADS_BUCKET_ENDPOINT=f"{self.url}/", **lender)

    def test_blob_storage_with_a_lent_token(self):
        self.assertEqual(self.of_blobs(), CONTENT)
        (asked, about), (path, headers) = self.server.asked
        self.assertEqual((asked, about["x-identity-header"]), ("/token?api-version=2019-08-01&resource=https%3A%2F%2Fstorage.azure.com%2F&client_id=me", "secret"))  # fmt: skip
        self.assertEqual((path, headers["authorization"]), ("/up/a%20b/%C3%A9%3F.mp3", "Bearer lent"))

    def test_cloud_storage_names_the_generation(self):
        self.assertEqual(self.fetched(plain_files.from_storage, STORAGE_EMULATOR_HOST=self.url), CONTENT)
        self.assertEqual(self.server.asked[0][0], "/storage/v1/b/up/o/a%20b%2F%C3%A9%3F.mp3?alt=media&generation=7")

    def test_what_is_no_object_is_a_failure(self):
        self.server.answer = (404, b"gone")
        with self.assertRaisesRegex(OSError, "answered 404"):
            self.of_blobs()
        self.server.answer = (302, b"")
        with self.assertRaisesRegex(OSError, "answered 302"):
            self.of_blobs()

    def test_an_object_that_is_cut_short_is_a_failure(self):
        self.server.missing = 5
        with self.assertRaises(OSError):
            self.fetched(plain_files.from_storage, STORAGE_EMULATOR_HOST=self.url)


if __name__ == "__main__":
    unittest.main()
