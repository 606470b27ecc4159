"""Runs one invocation of a package as AWS Lambda would call it: `portolan_entry.handle` with an event and a context.

In:  the package's folder, where to write the outcome, and one line of JSON on stdin: the event and what the context says.
Out: the outcome as JSON in that file; what the function prints goes where it prints it. Ends when stdin does, and with
     status 124 when the time is up.
"""

import json
import os
import sys
import threading
import time
import traceback

TIMED_OUT = 124


class Context:
    def __init__(self, given):
        self.function_name = given["function"]
        self.function_version = "$LATEST"
        self.invoked_function_arn = given["arn"]
        self.memory_limit_in_mb = str(given["memory"])
        self.aws_request_id = given["request"]
        self.log_group_name = given["log_group"]
        self.log_stream_name = given["log_stream"]
        self.identity = None
        self.client_context = None
        self._ends = time.monotonic() + given["seconds"]

    def get_remaining_time_in_millis(self):
        return max(0, int((self._ends - time.monotonic()) * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


def main():
    root, out = sys.argv[1:3]
    given = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_parent, daemon=True).start()
    sys.path.insert(0, root)
    os.chdir(root)
    outcome = run(given)
    sys.stdout.flush()
    with open(out, "w", encoding="utf-8") as file:
        json.dump(outcome, file)
    os._exit(0)


def run(given):
    begun = time.monotonic()
    try:
        from portolan_entry import handle

        clock = threading.Timer(given["seconds"], os._exit, [TIMED_OUT])
        clock.daemon = True
        clock.start()
        begun = time.monotonic()
        value = handle(given["event"], Context(given))
        return {"value": json.loads(json.dumps(value)), "milliseconds": since(begun)}
    except BaseException as error:
        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        failed = {"type": type(error).__name__, "message": str(error), "trace": trace}
        return {"error": failed, "milliseconds": since(begun)}


def since(begun):
    return int((time.monotonic() - begun) * 1000)


def end_with_parent():
    sys.stdin.read()
    os._exit(1)


main()
