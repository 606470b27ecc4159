import os

from google.cloud import storage


def tag(event, context):
    bucket = storage.Client().bucket(os.environ["FILES_BUCKET"])
    sound = bucket.blob(f"in/{event['id']}").download_as_bytes()
    bucket.blob(f"tagged/{event['id']}").upload_from_string(sound)
