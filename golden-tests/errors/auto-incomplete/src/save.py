import os
import boto3

table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


def handle(event, context):
    table.put_item(Item={"id": "1"})
    boto3.resource("dynamodb").Table(event["table"]).delete_item(Key={"id": "1"})
