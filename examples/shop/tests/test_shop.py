import io
import json
import os
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

from portolan import bucket, queue, table
from src import api, nightly, reserve, ship

KEYS = {
    "STOCK_TABLE_KEYS": '{"key": {"sku": "string"}}',
    "ORDERS_TABLE_KEYS": '{"key": {"customer": "string", "id": "string"}}',
}
MUG = {"sku": "mug", "cents": 1200, "available": 5, "reserved": []}


def event(name):
    return json.loads(Path(__file__).with_name("events").joinpath(f"{name}.json").read_text())


def waiting(name):
    return [json.loads(message["body"]) for message in queue(name).receive(limit=10, wait=0)]


class Shop(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        environment = mock.patch.dict(os.environ, {"PORTOLAN_LOCAL": folder.name, **KEYS})
        environment.start()
        self.addCleanup(environment.stop)
        table("stock").write(MUG)

    def test_an_order_is_kept_and_queued_once_a_key(self):
        first, again = api.order(event("order"), None), api.order(event("order"), None)
        self.assertEqual((first["status"], first["body"]["cents"]), (202, 2400))
        self.assertEqual(first, again)
        self.assertEqual([order["id"] for order in table("orders").scan()], [first["body"]["id"]])
        self.assertEqual(waiting("work")[0]["customer"], "ann")

    def test_what_is_no_order_is_refused(self):
        quantities = [f'{{"sku": "mug", "quantity": {quantity}}}' for quantity in ("true", "0", "21", '"2"')]
        for body in ("", "[]", "null", '{"sku": "mug"}', *quantities):
            self.assertEqual(api.order({**event("order"), "body": body}, None)["status"], 400, body)
        unknown = {**event("order"), "body": '{"sku": "cup", "quantity": 1}'}
        self.assertEqual(api.order(unknown, None)["status"], 404)
        self.assertEqual(waiting("work"), [])

    def test_customers_see_their_own_orders(self):
        api.order(event("order"), None)
        table("orders").write({"customer": "bob", "id": "x", "placed": ""})
        self.assertEqual([order["customer"] for order in api.orders_of(event("orders"), None)["body"]], ["ann"])

    def test_stock_is_taken_once(self):
        for _ in range(2):
            with self.assertLogs(level="ERROR"):
                self.assertEqual(reserve.handle(event("work"), None), {"failed": ["m-3"]})
        mug = table("stock").read({"sku": "mug"})
        self.assertEqual((mug["available"], mug["reserved"]), (3, ["o-1"]))
        self.assertEqual([order["status"] for order in table("orders").query("ann")], ["reserved", "sold out"])
        self.assertEqual([parcel["id"] for parcel in waiting("parcels")], ["o-1", "o-1"])

    def test_somebody_quicker_is_waited_for(self):
        order = json.loads(event("work")["messages"][0]["body"])
        with self.quicker(3):
            self.assertTrue(reserve.take(order))
        self.assertEqual(table("stock").read({"sku": "mug"})["available"], 3)
        with self.quicker(100), self.assertRaises(RuntimeError):
            reserve.take({**order, "id": "o-9"})

    def quicker(self, times):
        """Somebody else changes the stock that often, always just after it was read."""
        read, left = reserve.stock.read, iter(range(times))

        def then_changed(key):
            item = read(key)
            if next(left, None) is not None:
                table("stock").write({**item, "seen": item.get("seen", 0) + 1})
            return item

        return mock.patch.object(reserve.stock, "read", then_changed)

    def test_parcels_are_shipped(self):
        with redirect_stdout(io.StringIO()) as output:
            self.assertEqual(ship.handle(event("parcels"), None), {"failed": []})
        self.assertEqual(output.getvalue(), "label for 2 x mug of order o-1\n")
        self.assertEqual(table("orders").read({"customer": "ann", "id": "o-1"})["status"], "shipped")

    def test_the_night_adds_up(self):
        sold = ("mug shipped", "mug placed", "cup shipped", "hat shipped", "hat sold out")
        for at, (sku, status) in enumerate(words.split(" ", 1) for words in sold):
            order = {"customer": "ann", "id": str(at), "sku": sku, "status": status, "quantity": 1, "cents": 100}
            table("orders").write(order)
        nightly.handle(event("nightly"), None)
        expected = {"orders": {"placed": 1, "shipped": 3, "sold out": 1}, "cents": 400, "best": [["mug", 2], ["cup", 1]]}
        self.assertEqual(json.loads(bucket("reports").read("daily/2026-11-21.json")), expected)


if __name__ == "__main__":
    unittest.main()
