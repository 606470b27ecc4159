"""The handler of cases with `payload: native`: it notes what kind of thing it gets, and does what its script says."""

import json
import os


def handle(event, context):
    with open(os.environ["ORACLE_RECEIVED"], "a", encoding="utf-8") as received:
        received.write(json.dumps({"event": type(event).__name__, "context": type(context).__name__}) + "\n")
    with open(os.environ["ORACLE_SCRIPT"], encoding="utf-8") as text:
        script = json.load(text)
    if "raise" in script:
        raise RuntimeError(script["raise"])
    return answer(event, script)


def answer(event, script):
    if type(event).__name__ == "HttpRequest":
        from azure.functions import HttpResponse

        return HttpResponse(script["return"], status_code=200)
    return script["return"]
