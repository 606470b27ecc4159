"""Once a night: what was ordered, and the best sellers, as one file."""

import json
from collections import Counter

from src.cloud import cloud


def handle(event, context):
    states, sold, cents = Counter(), Counter(), 0
    for order in cloud().scan_orders():
        states[order["status"]] += 1
        if order["status"] != "sold out":
            sold[order["sku"]] += order["quantity"]
            cents += order["cents"]
    best = sorted(sold.items(), key=lambda entry: (-entry[1], entry[0]))[: event["input"]["keep"]]
    report = {"orders": dict(sorted(states.items())), "cents": cents, "best": best}
    # The day is the tick's and not the clock's: a run that is late or repeated writes the same file.
    cloud().keep_report(f"daily/{event['time'][:10]}.json", json.dumps(report, indent=2))
