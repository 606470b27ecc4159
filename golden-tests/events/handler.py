"""The handler of all cases: it notes what it gets and does what its script says."""

import base64
import json
import os
import sys
import threading
import time


def handle(event, context):
    note(event)
    with open(os.environ["ORACLE_SCRIPT"], encoding="utf-8") as text:
        script = json.load(text)
    print(script.get("print", ""), end="", flush=True)
    if "thread" in script:
        threading.Thread(target=time.sleep, args=[script["thread"]]).start()
    time.sleep(script.get("sleep", 0))
    if "exit" in script:
        sys.exit(script["exit"])
    if "raise" in script:
        raise RuntimeError(script["raise"])
    if "context" in script:
        return {"status": 200, "body": about(context)}
    return answer(script)


def note(event):
    with open(os.environ["ORACLE_RECEIVED"], "a", encoding="utf-8") as received:
        received.write(json.dumps(event, ensure_ascii=False) + "\n")


def answer(script):
    if "bytes" in script:
        return {**script["return"], "body": base64.b64decode(script["bytes"])}
    if "bytes-long" in script:
        return {**script["return"], "body": bytes(script["bytes-long"])}
    return script["return"]


def about(context):
    names = ("app", "target", "function", "provider", "region")
    return {**{name: getattr(context, name) for name in names}, "remaining": context.remaining(), "id": context.id}
