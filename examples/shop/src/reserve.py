"""Takes what was ordered out of the stock, once, however often the order is delivered."""

import json

from src.cloud import cloud
from src.work import each

# How many orders an item remembers, so that one of them delivered again is known.
REMEMBERED = 500


def handle(event, context):
    return each(event, reserve)


def reserve(order):
    if not take(order):
        cloud().put_order({**order, "status": "sold out"})
        return
    reserved = {**order, "status": "reserved"}
    cloud().put_order(reserved)
    cloud().send_parcel(json.dumps(reserved))


def take(order):
    """Whether the order has its part of the stock, now or since an earlier delivery."""
    for _ in range(10):
        item, seen = cloud().read_stock(order["sku"])
        if order["id"] in item["reserved"]:
            return True
        if item["available"] < order["quantity"]:
            return False
        item["available"] -= order["quantity"]
        item["reserved"] = [*item["reserved"], order["id"]][-REMEMBERED:]
        if cloud().swap_stock(item, seen):
            return True
    raise RuntimeError(f"too many orders for {order['sku']} at once")
