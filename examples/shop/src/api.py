"""What customers ask for; the token says who they are."""

import hashlib
import json

from portolan import queue, table

stock, orders, work = table("stock"), table("orders"), queue("work")


def order(event, context):
    try:
        wanted = json.loads(event["body"])
        sku, quantity = wanted["sku"], wanted["quantity"]
    except (ValueError, TypeError, KeyError):
        return refusal(400, "an order has a `sku` and a `quantity`")
    if not isinstance(sku, str) or type(quantity) is not int or not 1 <= quantity <= 20:
        return refusal(400, "a `quantity` is a number from 1 to 20")
    item = stock.read({"sku": sku})
    if item is None:
        return refusal(404, f"there is no {sku}")
    return accept(event, item, quantity)


def orders_of(event, context):
    own = orders.query(event["principal"]["subject"])
    return {"status": 200, "body": sorted(own, key=lambda order: order["placed"], reverse=True)}


def accept(event, item, quantity):
    accepted = {
        "customer": event["principal"]["subject"],
        "id": identity(event),
        "sku": item["sku"],
        "quantity": quantity,
        "cents": item["cents"] * quantity,
        "placed": event["time"],
        "status": "placed",
    }
    orders.write(accepted)
    work.send(json.dumps(accepted))
    return {"status": 202, "headers": {"location": "/orders"}, "body": accepted}


def identity(event):
    """The same for a request that is sent again with its `idempotency-key`."""
    key = event["headers"].get("idempotency-key", event["id"])
    text = json.dumps([event["principal"]["subject"], key])
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def refusal(status, error):
    return {"status": status, "body": {"error": error}}
