"""What listeners' apps ask for."""

from portolan import table

shows = table("shows")


def get(event, context):
    show, number = event["parameters"]["show"], event["parameters"]["number"]
    if not number.isdecimal():
        return {"status": 400, "body": {"error": "episodes have numbers"}}
    episode = shows.read({"show": show, "number": int(number)})
    if episode is None:
        return {"status": 404, "body": {"error": "no such episode"}}
    return {"status": 200, "body": episode}


def list(event, context):
    episodes = shows.query(event["parameters"]["show"], index="by-date", descending=True)
    return {"status": 200, "headers": {"cache-control": "max-age=60"}, "body": [*episodes]}
