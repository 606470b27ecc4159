import os
import boto3

client = boto3.client("dynamodb")


def handle(event, context):
    call = getattr(client, event["method"])
    return call(TableName=os.environ["ORDERS_TABLE"])
