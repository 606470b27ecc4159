"""Parcels, two at a time: that is how many labels the printer takes."""

from src.cloud import cloud
from src.work import each


def handle(event, context):
    return each(event, ship)


def ship(order):
    print(f"label for {order['quantity']} x {order['sku']} of order {order['id']}")
    cloud().put_order({**order, "status": "shipped"})
