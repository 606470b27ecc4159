import os
from google.cloud import pubsub_v1

publisher = pubsub_v1.PublisherClient()


def handle(event, context):
    publisher.publish(os.environ["NEWS_TOPIC"], b"hello")
