"""Once a night: what was ordered, and the best sellers, as one file."""

import json
from collections import Counter

from portolan import bucket, table

orders, reports = table("orders"), bucket("reports")


def handle(event, context):
    states, sold, cents = Counter(), Counter(), 0
    for order in orders.scan():
        states[order["status"]] += 1
        if order["status"] != "sold out":
            sold[order["sku"]] += order["quantity"]
            cents += order["cents"]
    best = sorted(sold.items(), key=lambda entry: (-entry[1], entry[0]))[: event["input"]["keep"]]
    report = {"orders": dict(sorted(states.items())), "cents": cents, "best": best}
    # The day is the tick's and not the clock's: a run that is late or repeated writes the same file.
    key = f"daily/{event['time'][:10]}.json"
    reports.write(key, json.dumps(report, indent=2), content_type="application/json")
