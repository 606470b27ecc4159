import copy
import io
import json
import os
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

from src import api, nightly, reserve, ship
from src import cloud as clouds


def event(name):
    return json.loads(Path(__file__).with_name("events").joinpath(f"{name}.json").read_text())


class Fake:
    """A cloud in memory; `others` is how often somebody else is quicker to change the stock."""

    def __init__(self):
        self.stock = {"mug": {"sku": "mug", "cents": 1200, "available": 5, "reserved": []}}
        self.orders, self.work, self.parcels, self.reports = {}, [], [], {}
        self.seen, self.others = 0, 0

    def get_stock(self, sku):
        return self.stock.get(sku)

    def read_stock(self, sku):
        return copy.deepcopy(self.stock[sku]), self.seen

    def swap_stock(self, item, seen):
        if self.others:
            self.others -= 1
            self.seen += 1
        if seen != self.seen:
            return False
        self.seen += 1
        self.stock[item["sku"]] = item
        return True

    def put_order(self, order):
        self.orders[order["id"]] = order

    def orders_of(self, customer):
        return iter([order for order in self.orders.values() if order["customer"] == customer])

    def scan_orders(self):
        return iter(self.orders.values())

    def send_work(self, text):
        self.work.append(json.loads(text))

    def send_parcel(self, text):
        self.parcels.append(json.loads(text))

    def keep_report(self, key, text):
        self.reports[key] = json.loads(text)


class Shop(unittest.TestCase):
    def setUp(self):
        self.fake = Fake()
        for module in (api, reserve, ship, nightly):
            replaced = mock.patch.object(module, "cloud", lambda: self.fake)
            replaced.start()
            self.addCleanup(replaced.stop)

    def test_an_order_is_kept_and_queued_once_a_key(self):
        first, again = api.order(event("order"), None), api.order(event("order"), None)
        self.assertEqual((first["status"], first["body"]["cents"]), (202, 2400))
        self.assertEqual(first, again)
        self.assertEqual(list(self.fake.orders), [first["body"]["id"]])
        self.assertEqual(self.fake.work[0]["customer"], "ann")

    def test_what_is_no_order_is_refused(self):
        quantities = [f'{{"sku": "mug", "quantity": {quantity}}}' for quantity in ("true", "0", "21", '"2"')]
        for body in ("", "[]", "null", '{"sku": "mug"}', *quantities):
            self.assertEqual(api.order({**event("order"), "body": body}, None)["status"], 400, body)
        unknown = {**event("order"), "body": '{"sku": "cup", "quantity": 1}'}
        self.assertEqual(api.order(unknown, None)["status"], 404)
        self.assertEqual(self.fake.work, [])

    def test_customers_see_their_own_orders(self):
        api.order(event("order"), None)
        self.fake.put_order({"customer": "bob", "id": "x", "placed": ""})
        self.assertEqual([order["customer"] for order in api.orders_of(event("orders"), None)["body"]], ["ann"])

    def test_stock_is_taken_once(self):
        for _ in range(2):
            with self.assertLogs(level="ERROR"):
                self.assertEqual(reserve.handle(event("work"), None), {"failed": ["m-3"]})
        self.assertEqual((self.fake.stock["mug"]["available"], self.fake.stock["mug"]["reserved"]), (3, ["o-1"]))
        self.assertEqual([order["status"] for order in self.fake.orders.values()], ["reserved", "sold out"])
        self.assertEqual([parcel["id"] for parcel in self.fake.parcels], ["o-1", "o-1"])

    def test_somebody_quicker_is_waited_for(self):
        order = json.loads(event("work")["messages"][0]["body"])
        self.fake.others = 3
        self.assertTrue(reserve.take(order))
        self.assertEqual(self.fake.stock["mug"]["available"], 3)
        self.fake.others = 100
        with self.assertRaises(RuntimeError):
            reserve.take({**order, "id": "o-9"})

    def test_parcels_are_shipped(self):
        with redirect_stdout(io.StringIO()) as output:
            self.assertEqual(ship.handle(event("parcels"), None), {"failed": []})
        self.assertEqual(output.getvalue(), "label for 2 x mug of order o-1\n")
        self.assertEqual(self.fake.orders["o-1"]["status"], "shipped")

    def test_the_night_adds_up(self):
        sold = ("mug shipped", "mug placed", "cup shipped", "hat shipped", "hat sold out")
        for at, (sku, status) in enumerate(words.split(" ", 1) for words in sold):
            self.fake.put_order({"id": at, "sku": sku, "status": status, "quantity": 1, "cents": 100})
        nightly.handle(event("nightly"), None)
        expected = {"orders": {"placed": 1, "shipped": 3, "sold out": 1}, "cents": 400, "best": [["mug", 2], ["cup", 1]]}
        self.assertEqual(self.fake.reports, {"daily/2026-11-21.json": expected})

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
