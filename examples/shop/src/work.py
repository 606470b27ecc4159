"""Working through a queue: what fails is delivered again, what worked is not."""

import json
import logging


def each(event, work):
    """Calls `work` with every message's order and returns the answer of a queue's handler."""
    failed = []
    for message in event["messages"]:
        try:
            work(json.loads(message["body"]))
        except Exception:
            logging.exception("message %s, attempt %s", message["id"], message["attempt"])
            failed.append(message["id"])
    return {"failed": failed}
