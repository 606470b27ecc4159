from google.cloud import storage

client = storage.Client()


def handle(event, context):
    return client.bucket("photos").blob("a.jpg").download_as_bytes()
