"""The verbs on AWS, over boto3."""

from __future__ import annotations

import copy
import json
import uuid
from contextlib import contextmanager
from typing import Any, Iterator, Mapping

from .client_errors import AlreadyExists, Changed, Denied, Failed, NotFound, PortolanError
from .client_messages import told, utc
from .client_place import Place, once, sdk
from .client_ranges import Range
from .client_values import Event, Item, Keys, canonical, checked_item, plain_number

MISSING = {"NoSuchKey", "NoSuchBucket", "ResourceNotFoundException", "NotFound", "QueueDoesNotExist", "NotFoundException", "ParameterNotFound"}
DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException"}
# A synchronous call may take a quarter of an hour, and one that seems lost must not be made again.
PATIENT = {"read_timeout": 910, "tcp_keepalive": True, "retries": {"total_max_attempts": 1}}


@once
def session() -> Any:
    return sdk("boto3", "boto3").session.Session()


@once
def client(service: str) -> Any:
    """A client of AWS's, one for all threads."""
    config = sdk("botocore.config", "boto3").Config(**PATIENT) if service == "lambda" else None
    # `once` makes one thing at a time, as sessions ask for (boto3 documentation, Multithreading).
    return session().client(service, config=config)


@contextmanager
def failures(place: Place, what: str = "", conflict: type[PortolanError] = Failed) -> Iterator[None]:
    """AWS's errors become ours. `conflict` is what a condition that does not hold means."""
    exceptions = sdk("botocore.exceptions", "boto3")
    about = f"{place.verb} of {place}{what}"
    try:
        yield
    except exceptions.ClientError as error:
        code = error.response["Error"].get("Code", "").split(".")[-1]
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if code in ("PreconditionFailed", "ConditionalCheckFailedException"):
            raise conflict(about) from error
        if code in MISSING or status == 404:
            raise NotFound(about) from error
        if code in DENIED or status == 403:
            raise Denied(about) from error
        raise Failed(f"{about}: {code}") from error
    except exceptions.BotoCoreError as error:
        raise Failed(f"{about}: {error}") from error


class Bucket:
    def __init__(self, place: Place) -> None:
        self.place, self.bucket = place, place.told()

    def read(self, key: str) -> bytes:
        with failures(self.place, f", {key}"):
            return client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def write(self, key: str, body: bytes, content_type: str) -> None:
        with failures(self.place, f", {key}"):
            client("s3").put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=content_type)

    def create(self, key: str, body: bytes, content_type: str) -> None:
        with failures(self.place, f", {key}", AlreadyExists):
            client("s3").put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=content_type, IfNoneMatch="*")

    def delete(self, key: str) -> None:
        with failures(self.place, f", {key}"):
            client("s3").delete_object(Bucket=self.bucket, Key=key)

    def list(self, prefix: str) -> Iterator[dict[str, Any]]:
        with failures(self.place):
            for page in client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
                for found in page.get("Contents", []):
                    yield {"key": found["Key"], "size": found["Size"], "etag": found["ETag"].strip('"')}


def attribute_values(attributes: Mapping[str, str]) -> dict[str, Any]:
    return {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}


class Queue:
    def __init__(self, place: Place) -> None:
        self.place, self.url = place, place.told()

    def send(self, body: str, attributes: Mapping[str, str], group: str | None) -> None:
        request = {"QueueUrl": self.url, "MessageBody": body, "MessageAttributes": attribute_values(attributes)}
        if self.url.endswith(".fifo"):
            if not group:
                raise ValueError(f"{self.place} is `fifo`: a message says which `group` it is of")
            request |= {"MessageGroupId": group, "MessageDeduplicationId": uuid.uuid4().hex}
        with failures(self.place):
            client("sqs").send_message(**request)

    def receive(self, limit: int, wait: int) -> list[tuple[dict[str, Any], str]]:
        with failures(self.place):
            taken = client("sqs").receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=limit,
                WaitTimeSeconds=wait,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
            )
        return [(message(one), one["ReceiptHandle"]) for one in taken.get("Messages", [])]

    def ack(self, receipt: str) -> None:
        with failures(self.place):
            client("sqs").delete_message(QueueUrl=self.url, ReceiptHandle=receipt)

    def release(self, receipt: str) -> None:
        with failures(self.place):
            client("sqs").change_message_visibility(QueueUrl=self.url, ReceiptHandle=receipt, VisibilityTimeout=0)


def message(taken: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {name: value.get("StringValue", "") for name, value in taken.get("MessageAttributes", {}).items()}
    system = taken["Attributes"]
    sent, attempt = utc(int(system["SentTimestamp"]) / 1000), int(system["ApproximateReceiveCount"])
    return told(taken["MessageId"], sent, attempt, taken["Body"].encode(), attributes)


class Topic:
    def __init__(self, place: Place) -> None:
        self.place, self.arn = place, place.told()

    def publish(self, body: str, attributes: Mapping[str, str]) -> None:
        with failures(self.place):
            client("sns").publish(TopicArn=self.arn, Message=body, MessageAttributes=attribute_values(attributes))


class Table:
    def __init__(self, place: Place) -> None:
        self.place, self.name, self.keys = place, place.told(), Keys.of(place)

    def read(self, key: Mapping[str, Any]) -> Item | None:
        key = typed(self.keys.exactly(key))["M"]
        with failures(self.place):
            found = client("dynamodb").get_item(TableName=self.name, Key=key, ConsistentRead=True)
        return item(found["Item"]) if "Item" in found else None

    def query(self, hash: Any, index: str | None, range: Range, limit: int | None, descending: bool) -> Iterator[Item]:
        request = self.asked(hash, index, range, descending)
        return self.pages("query", request, limit, lambda found: self.inside(found, index, range))

    def scan(self) -> Iterator[Item]:
        return self.pages("scan", {}, None, lambda found: True)

    def write(self, values: Mapping[str, Any], when: str | None, unchanged: Any) -> None:
        values = typed(checked_item(values, self.keys))["M"]
        conflict = {"absent": AlreadyExists, "present": NotFound}.get(when, Changed)
        condition = as_it_was(unchanged, values) if unchanged is not None else of_key(when, next(iter(self.keys.key)))
        with failures(self.place, conflict=conflict):
            client("dynamodb").put_item(TableName=self.name, Item=values, **condition)

    def delete(self, key: Mapping[str, Any]) -> None:
        key = typed(self.keys.exactly(key))["M"]
        with failures(self.place):
            client("dynamodb").delete_item(TableName=self.name, Key=key)

    def asked(self, hash: Any, index: str | None, range: Range, descending: bool) -> dict[str, Any]:
        names, kinds = self.keys.pair(index), self.keys.named(index)
        asked = {"#h": names[0]}
        values = {":h": self.keys.part(names[0], kinds[names[0]], hash)}
        condition = "#h = :h"
        if range.values():
            sort = self.keys.sort(index)
            asked["#r"] = sort
            values |= {f":{at}": value for at, value in enumerate(self.keys.within_range(index, range))}
            condition += f" AND {compared(range)}"
        request = {
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": asked,
            "ExpressionAttributeValues": {name: typed(value) for name, value in values.items()},
            "ScanIndexForward": not descending,
        }
        # Indexes are not read consistently (developer guide, Read consistency).
        return {**request, "IndexName": index} if index else {**request, "ConsistentRead": True}

    def inside(self, found: Item, index: str | None, range: Range) -> bool:
        """DynamoDB has no range with two ends that excludes one of them."""
        return not (range.low_excluded or range.high_excluded) or range.holds(found[self.keys.sort(index)])

    def pages(self, operation: str, request: dict[str, Any], limit: int | None, holds: Any) -> Iterator[Item]:
        start: dict[str, Any] = {"Limit": limit} if limit else {}
        left = limit
        while True:
            with failures(self.place):
                page = getattr(client("dynamodb"), operation)(TableName=self.name, **request, **start)
            for found in filter(holds, map(item, page["Items"])):
                yield found
                left = left and left - 1
                if left == 0:
                    return
            if "LastEvaluatedKey" not in page:
                return
            start = {**start, "ExclusiveStartKey": page["LastEvaluatedKey"]}


def compared(range: Range) -> str:
    if range.prefix is not None:
        return "begins_with(#r, :0)"
    if range.low is not None and range.high is not None:
        return "#r BETWEEN :0 AND :1"
    if range.low is not None:
        return "#r > :0" if range.low_excluded else "#r >= :0"
    return "#r < :0" if range.high_excluded else "#r <= :0"


def of_key(when: str | None, hash: str) -> dict[str, Any]:
    if when is None:
        return {}
    word = "attribute_not_exists" if when == "absent" else "attribute_exists"
    return {"ConditionExpression": f"{word}(#h)", "ExpressionAttributeNames": {"#h": hash}}


def as_it_was(seen: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The condition that every attribute is as it was, and none has come that is written now."""
    names = {name: f"#n{at}" for at, name in enumerate({**seen, **values})}
    equal = [f"{names[name]} = :v{at}" for at, name in enumerate(seen)]
    new = [f"attribute_not_exists({names[name]})" for name in values if name not in seen]
    return {
        "ConditionExpression": " AND ".join([*equal, *new]),
        "ExpressionAttributeNames": {short: name for name, short in names.items()},
        "ExpressionAttributeValues": {f":v{at}": value for at, value in enumerate(seen.values())},
    }


def item(found: Mapping[str, Any]) -> Item:
    return Item({name: untyped(value) for name, value in found.items()}, copy.deepcopy(found))


def typed(value: Any) -> dict[str, Any]:
    """A value in DynamoDB's words."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, (int, float)):
        return {"N": canonical(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, list):
        return {"L": [typed(one) for one in value]}
    return {"M": {name: typed(one) for name, one in value.items()}}


def untyped(value: Mapping[str, Any]) -> Any:
    """A value of DynamoDB's, sets and bytes that others wrote included."""
    [(word, inside)] = value.items()
    match word:
        case "NULL":
            return None
        case "N":
            return int(inside) if inside.lstrip("-").isdigit() else plain_number(float(inside))
        case "L":
            return [untyped(one) for one in inside]
        case "M":
            return {name: untyped(one) for name, one in inside.items()}
        case "NS":
            return [untyped({"N": one}) for one in inside]
        case _:
            return inside


class Secret:
    def __init__(self, place: Place) -> None:
        self.place, self.id = place, place.told()

    def read(self) -> str:
        with failures(self.place):
            found = client("secretsmanager").get_secret_value(SecretId=self.id)
        return found["SecretString"] if "SecretString" in found else found["SecretBinary"].decode()


class Parameter:
    def __init__(self, place: Place) -> None:
        self.place, self.name = place, place.told()

    def read(self) -> str:
        with failures(self.place):
            return client("ssm").get_parameter(Name=self.name)["Parameter"]["Value"]


class Bus:
    def __init__(self, place: Place) -> None:
        self.place, self.arn = place, place.told()

    def publish(self, event: Event) -> None:
        resources = {"Resources": [event.subject]} if event.subject else {}
        entry = {"EventBusName": self.arn, "Source": event.source, "DetailType": event.type, "Detail": event.data}
        with failures(self.place):
            answer = client("events").put_events(Entries=[{**entry, **resources}])
        # A request that was taken says of each entry whether it was.
        if answer["FailedEntryCount"] > 0:
            raise refused(self.place, answer["Entries"][0])


def refused(place: Place, entry: Mapping[str, str]) -> PortolanError:
    about, code = f"{place.verb} of {place}", entry.get("ErrorCode", "")
    if code in DENIED or code.startswith("NotAuthorized"):
        return Denied(about)
    if code in MISSING:
        return NotFound(about)
    return Failed(f"{about}: {code}: {entry.get('ErrorMessage', '')}")


class Function:
    def __init__(self, place: Place) -> None:
        self.place, self.name = place, place.told()

    def invoke(self, input: Any) -> Any:
        with failures(self.place):
            answer = client("lambda").invoke(FunctionName=self.name, Payload=json.dumps(input).encode())
        text = answer["Payload"].read()
        if "FunctionError" in answer:
            said = json.loads(text or b"{}")
            raise Failed(f"{self.place} raised {said.get('errorType', 'an error')}: {said.get('errorMessage', '')}")
        return json.loads(text) if text else None
