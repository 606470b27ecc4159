"""Parcels, two at a time: that is how many labels the printer takes."""

from portolan import table
from src.work import each

orders = table("orders")


def handle(event, context):
    return each(event, ship)


def ship(order):
    print(f"label for {order['quantity']} x {order['sku']} of order {order['id']}")
    orders.write({**order, "status": "shipped"})
