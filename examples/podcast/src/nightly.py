"""Once a night: how much there is of each show, as one line of the log."""

import json
from collections import Counter

from src.cloud import cloud


def handle(event, context):
    episodes, size = Counter(), Counter()
    for episode in cloud().scan_shows():
        episodes[episode["show"]] += 1
        size[episode["show"]] += episode["size"]
    shows = {show: {"episodes": episodes[show], "bytes": size[show]} for show in sorted(episodes)}
    print(json.dumps({"day": event["time"][:10], "shows": shows}))
