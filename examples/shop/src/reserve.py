"""Takes what was ordered out of the stock, once, however often the order is delivered."""

import json

from portolan import Changed, queue, table
from src.work import each

stock, orders, parcels = table("stock"), table("orders"), queue("parcels")

# How many orders an item remembers, so that one of them delivered again is known.
REMEMBERED = 500


def handle(event, context):
    return each(event, reserve)


def reserve(order):
    if not take(order):
        orders.write({**order, "status": "sold out"})
        return
    reserved = {**order, "status": "reserved"}
    orders.write(reserved)
    parcels.send(json.dumps(reserved))


def take(order):
    """Whether the order has its part of the stock, now or since an earlier delivery."""
    for _ in range(10):
        item = stock.read({"sku": order["sku"]})
        if order["id"] in item["reserved"]:
            return True
        if item["available"] < order["quantity"]:
            return False
        reserved = [*item["reserved"], order["id"]][-REMEMBERED:]
        try:
            left = item["available"] - order["quantity"]
            stock.write({**item, "available": left, "reserved": reserved}, unchanged=item)
            return True
        except Changed:
            continue
    raise RuntimeError(f"too many orders for {order['sku']} at once")
