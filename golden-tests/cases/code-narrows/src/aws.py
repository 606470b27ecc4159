import os

import boto3

s3 = boto3.client("s3")
shows = boto3.resource("dynamodb").Table(os.environ["SHOWS_TABLE"])


def tag(event, context):
    bucket = os.environ["FILES_BUCKET"]
    sound = s3.get_object(Bucket=bucket, Key=f"{os.environ['PLACE']}/{event['id']}.mp3")
    s3.get_object(Bucket=bucket, Key="index.json")
    keep(bucket, "tagged", event["id"], sound)
    s3.list_objects_v2(Bucket=bucket)


def keep(bucket, folder, name, sound):
    s3.put_object(Bucket=bucket, Key=folder + "/" + name, Body=sound)


def by_date(event, context):
    shows.query(IndexName="by-date", KeyConditionExpression="show = :show")
    with shows.batch_writer() as batch:
        batch.put_item(Item={"show": "x"})
    boto3.client("lambda").invoke(FunctionName=os.environ["PAGES_FUNCTION"])


def nothing(event, context):
    return None
