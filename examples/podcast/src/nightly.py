"""Once a night: how much there is of each show, as one line of the log."""

import json
from collections import Counter

from portolan import table

shows = table("shows")


def handle(event, context):
    episodes, size = Counter(), Counter()
    for episode in shows.scan():
        episodes[episode["show"]] += 1
        size[episode["show"]] += episode["size"]
    counted = {show: {"episodes": episodes[show], "bytes": size[show]} for show in sorted(episodes)}
    print(json.dumps({"day": event["time"][:10], "shows": counted}))
