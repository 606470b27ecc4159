"""Queued episodes become part of their show, and subscribers hear of them in a signed message."""

import hashlib
import hmac
import json
import logging
import os

from portolan import secret, table, topic

shows, released, signing_key = table("shows"), topic("released"), secret("signing-key")


def handle(event, context):
    failed = []
    for message in event["messages"]:
        try:
            announce(json.loads(message["body"]))
        except Exception:
            logging.exception("message %s, attempt %s", message["id"], message["attempt"])
            failed.append(message["id"])
    return {"failed": failed}


def announce(episode):
    shows.write(episode)
    text = json.dumps({"feed": os.environ["FEED_TITLE"], **episode}, sort_keys=True)
    signature = hmac.new(signing_key.read().encode(), text.encode(), hashlib.sha256).hexdigest()
    released.publish(text, {"signature": signature})
