import os
import pathlib
import sys
import types
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

try:
    import google.api_core.exceptions
    import google.auth
except ImportError:
    google = None


@unittest.skipIf(google is None, "there are no libraries of Google's")
class Queries(unittest.TestCase):
    """What Firestore is asked: it reads an index in its own direction, and no more than is wanted."""

    def asked(self, **options):
        from portolan import client_gcp, client_place

        place = client_place.Place("table", "shows", "query")
        keys = '{"key": {"show": "string", "number": "number"}, "indexes": {"by-date": {"show": "string", "date": "string"}}}'
        environment = {"SHOWS_TABLE": "demo-shows", "SHOWS_TABLE_KEYS": keys}
        requests = []
        client = types.SimpleNamespace(run_query=lambda request, metadata: requests.append(request) or [])
        usual = {"index": None, "range": client_gcp.Range(), "limit": None, "descending": False}
        with mock.patch.dict(os.environ, environment), mock.patch.object(client_gcp, "firestore", lambda: (client, "acme")):
            self.assertEqual(list(client_gcp.Table(place).query("night owls", **{**usual, **options})), [])
        return requests[0]["structured_query"]

    def test_a_query_ascends(self):
        query = self.asked()
        self.assertEqual(query["order_by"], [{"field": {"field_path": "number"}, "direction": "ASCENDING"}])
        self.assertNotIn("limit", query)

    def test_a_descending_query_is_limited_where_it_is_read(self):
        query = self.asked(index="by-date", limit=2, descending=True)
        self.assertEqual(query["order_by"], [{"field": {"field_path": "date"}, "direction": "DESCENDING"}])
        self.assertEqual(query["limit"], 2)


if __name__ == "__main__":
    unittest.main()
