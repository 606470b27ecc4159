import os
import boto3

table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


def handle(event, context):
    return table.get_item(Key={"id": "1"})
