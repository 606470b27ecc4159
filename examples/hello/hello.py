"""Greets whoever asks."""


def handle(event, context):
    names = event["query"].get("name", ["world"])
    return {"status": 200, "body": f"hello, {' and '.join(names)}\n"}
