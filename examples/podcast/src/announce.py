"""Queued episodes become part of their show, and subscribers hear of them in a signed message."""

import hashlib
import hmac
import json
import logging
import os

from src.cloud import cloud


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
    cloud().put_show(episode)
    text = json.dumps({"feed": os.environ["FEED_TITLE"], **episode}, sort_keys=True)
    key = cloud().signing_key().encode()
    cloud().publish(text, hmac.new(key, text.encode(), hashlib.sha256).hexdigest())
