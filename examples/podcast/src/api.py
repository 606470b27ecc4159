"""What listeners' apps ask for."""

from src.cloud import cloud


def get(event, context):
    number = event["parameters"]["number"]
    if not number.isdecimal():
        return {"status": 400, "body": {"error": "episodes have numbers"}}
    episode = cloud().get_show(event["parameters"]["show"], int(number))
    if episode is None:
        return {"status": 404, "body": {"error": "no such episode"}}
    return {"status": 200, "body": episode}


def list(event, context):
    episodes = cloud().list_shows(event["parameters"]["show"])[::-1]
    return {"status": 200, "headers": {"cache-control": "max-age=60"}, "body": episodes}
