import os

from google.cloud import firestore, storage


def save(event, context):
    orders = firestore.Client(database=os.environ["ORDERS_TABLE"]).collection("items")
    orders.document(event["id"]).set({"id": event["id"]})
    storage.Client().bucket(os.environ["PAPERS_BUCKET"]).blob("orders/latest").upload_from_string("")
