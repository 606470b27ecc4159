"""An upload becomes an episode: a title is written into the sound file, and the episode is queued for publishing."""

import json

from portolan import bucket, queue
from src.id3 import tagged

uploads, episodes, publish = bucket("uploads"), bucket("episodes"), queue("publish")


def handle(event, context):
    upload = event["object"]["key"]
    show, number = place(upload)
    sound = uploads.read(upload)
    key = f"tagged/{show}/{number}.mp3"
    episodes.write(key, tagged(sound, title=f"{show} #{number}", album=show), content_type="audio/mpeg")
    episode = {"show": show, "number": number, "date": event["time"], "key": key, "size": len(sound)}
    publish.send(json.dumps(episode))


def place(key):
    """`night-owls/7.mp3` is episode 7 of night-owls; anything else is refused and ends in the dead letter."""
    show, _, name = key.rpartition("/")
    number = name.removesuffix(".mp3")
    if not show or "/" in show or not number.isdecimal():
        raise ValueError(f"an upload is called SHOW/NUMBER.mp3, not {key}")
    return show, int(number)
