#!/usr/bin/env python3
"""The handler of all cases as an executable: docs/custom.md says how it is spoken to."""

import base64
import json
import os
import sys
import threading
import time


def main():
    for line in sys.stdin:
        said = json.loads(line)
        try:
            answered = {"answer": answer(said["event"], said["context"])}
        except RuntimeError as error:
            answered = {"error": {"type": type(error).__name__, "message": str(error)}}
        print(json.dumps({"call": said["call"], **answered}), flush=True)


def answer(event, context):
    with open(os.environ["ORACLE_RECEIVED"], "a", encoding="utf-8") as received:
        received.write(json.dumps(event, ensure_ascii=False) + "\n")
    with open(os.environ["ORACLE_SCRIPT"], encoding="utf-8") as text:
        script = json.load(text)
    print(script.get("print", ""), end="", flush=True, file=sys.stderr)
    if "thread" in script:
        threading.Thread(target=time.sleep, args=[script["thread"]], daemon=True).start()
    time.sleep(script.get("sleep", 0))
    if "exit" in script:
        sys.exit(script["exit"])
    if "raise" in script:
        raise RuntimeError(script["raise"])
    if "context" in script:
        return {"status": 200, "body": context}
    return returned(event, script)


def returned(event, script):
    """Bytes are told as base64, as in events; where the answer is any JSON, they are what is none."""
    if "bytes" in script and event["trigger"] == "invoke":
        return float("nan")
    if "bytes" in script:
        return {**script["return"], "body": script["bytes"], "encoding": "base64"}
    if "bytes-long" in script:
        return {**script["return"], "body": base64.b64encode(bytes(script["bytes-long"])).decode(), "encoding": "base64"}
    return script["return"]


if __name__ == "__main__":
    main()
