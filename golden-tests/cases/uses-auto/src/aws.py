import os

import boto3

orders = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


def save(event, context):
    for record in event["Records"]:
        if "Item" not in orders.get_item(Key={"id": record["body"]}):
            orders.put_item(Item={"id": record["body"]})
        boto3.client("s3").put_object(Bucket=os.environ["PAPERS_BUCKET"], Key=f"orders/{record['body']}", Body=b"")
        boto3.client("sqs").delete_message(QueueUrl=os.environ["JOBS_QUEUE"], ReceiptHandle=record["receiptHandle"])


def show(event, context):
    return orders.get_item(Key={"id": "1"})
