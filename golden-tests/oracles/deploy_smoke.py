"""Deploys AWS templates into a moto server through boto3, with change sets as `portolan apply` uses them.

From:  moto 5.2.5 on 127.0.0.1, and boto3 with credentials that are good nowhere else.
Finds: templates that a change set does not take or that do not reach CREATE_COMPLETE, values that refer to nothing,
       parameters without a value, and resources which are not there afterwards by the word of their own service.
Blind: types that moto passes over in silence (they are named in a note and not counted), properties that do not exist,
       permissions, events. It is a smoke test: the cloudformation oracle reads the templates far more closely.
"""

from __future__ import annotations

import atexit
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import oracle
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

REGION = "eu-west-1"
# moto knows no attribute of a topic or of a secret, so stories with those cannot be told
STORIES = ("examples/hello", "examples/shop", "examples/todos")
# the types that moto creates for real -> how their own service is asked for one by its physical id
WITNESSES: dict[str, Callable[[Any, str], Any]] = {
    "AWS::DynamoDB::Table": lambda aws, name: aws("dynamodb").describe_table(TableName=name),
    "AWS::IAM::Role": lambda aws, name: aws("iam").get_role(RoleName=name),
    "AWS::Lambda::EventSourceMapping": lambda aws, uuid: aws("lambda").get_event_source_mapping(UUID=uuid),
    "AWS::Lambda::Function": lambda aws, name: aws("lambda").get_function(FunctionName=name),
    "AWS::Logs::LogGroup": lambda aws, name: expect_one(
        aws("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    ),
    "AWS::S3::Bucket": lambda aws, name: aws("s3").head_bucket(Bucket=name),
    "AWS::SNS::Topic": lambda aws, arn: aws("sns").get_topic_attributes(TopicArn=arn),
    "AWS::SQS::Queue": lambda aws, url: aws("sqs").get_queue_attributes(QueueUrl=url),
}
# moto answers with a page of HTML when a resource cannot be made
ERRORS = (BotoCoreError, ClientError, ResponseParserError, LookupError)


def expect_one(found: list[Any]) -> Any:
    return found[0]


def witnessed(template: dict[str, Any]) -> Iterator[str]:
    """The resources of the template that moto can create."""
    for name, resource in template.get("Resources", {}).items():
        if resource["Type"] in WITNESSES:
            yield name


def check(documents: list[oracle.Document]) -> None:
    endpoint = start_server()
    for document in documents:
        reset(endpoint)
        deploy(document, lambda service: client(service, endpoint))


def start_server() -> str:
    """Starts moto on a free port of the loopback interface; it ends with this process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tempfile.TemporaryFile()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    environment = os.environ | {"AWS_DEFAULT_REGION": REGION}
    server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    atexit.register(server.terminate)
    endpoint = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{endpoint}/moto-api/data.json", timeout=2).close()
            return endpoint
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    sys.exit("moto did not start within 30 seconds")


def reset(endpoint: str) -> None:
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST"), timeout=10).close()


def client(service: str, endpoint: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="smoke",
        aws_secret_access_key="smoke",
        config=Config(retries={"max_attempts": 1}),
    )


def deploy(document: oracle.Document, aws: Callable[[str], Any]) -> None:
    parameters = parameters_of(document)
    try:
        put_artifacts(document.body, parameters, aws("s3"))
        status = run_change_set(document, parameters, aws("cloudformation"))
        resources = aws("cloudformation").describe_stack_resources(StackName="smoke")["StackResources"]
    except ERRORS as error:
        document.finding("the stack", f"was not created: {first_line(error)}")
        return
    if status != "CREATE_COMPLETE":
        document.finding("the stack", f"ended as {status}")
    # a resource that moto passed over is listed without an id of its own
    physical = {resource.get("LogicalResourceId"): resource.get("PhysicalResourceId", "") for resource in resources}
    for name in witnessed(document.body):
        ask(document, name, physical.get(name, ""), aws)
    passed_over = {resource["Type"] for resource in document.body["Resources"].values()} - set(WITNESSES)
    if passed_over:
        document.notes.append(f"not asked for: {', '.join(sorted(passed_over))}")


def parameters_of(document: oracle.Document) -> dict[str, str]:
    """A value for each parameter: its default, its first allowed one, or one of its own name."""
    values = {}
    for name, parameter in document.body.get("Parameters", {}).items():
        allowed = parameter.get("AllowedValues", [])
        values[name] = str(parameter.get("Default", allowed[0] if allowed else re.sub(r"[^a-z0-9]", "", name.lower())))
    return values


def put_artifacts(template: dict[str, Any], parameters: dict[str, str], s3: Any) -> None:
    """Uploads an empty archive wherever a function says that its code lies."""
    functions = [
        resource for resource in template.get("Resources", {}).values() if resource["Type"] == "AWS::Lambda::Function"
    ]
    code = [function["Properties"]["Code"] for function in functions if "S3Bucket" in function["Properties"]["Code"]]
    places = {(plain(place["S3Bucket"], parameters), plain(place["S3Key"], parameters)) for place in code}
    for bucket in sorted({bucket for bucket, _ in places}):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    for bucket, key in sorted(places):
        s3.put_object(Bucket=bucket, Key=key, Body=b"PK\x05\x06" + bytes(18))


def plain(value: Any, parameters: dict[str, str]) -> str:
    return parameters[value["Ref"]] if isinstance(value, dict) else value


def run_change_set(document: oracle.Document, parameters: dict[str, str], cloudformation: Any) -> str:
    name = {"StackName": "smoke", "ChangeSetName": "smoke"}
    cloudformation.create_change_set(
        **name,
        ChangeSetType="CREATE",
        TemplateBody=document.path.read_text(encoding="utf-8"),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    )
    described = cloudformation.describe_change_set(**name)
    listed = {change["ResourceChange"]["LogicalResourceId"] for change in described["Changes"]}
    for missing in sorted(set(document.body["Resources"]) - listed):
        document.finding(missing, "is not in the change set")
    cloudformation.execute_change_set(**name)
    return cloudformation.describe_stacks(StackName="smoke")["Stacks"][0]["StackStatus"]


def ask(document: oracle.Document, name: str, physical_id: str, aws: Callable[[str], Any]) -> None:
    """Asks a resource's own service whether it is there."""
    kind = document.body["Resources"][name]["Type"]
    if not physical_id:
        document.finding(name, f"{kind} was not created")
        return
    try:
        WITNESSES[kind](aws, physical_id)
        document.checked.add(name)
    except ERRORS as error:
        document.finding(name, f"{kind} {physical_id} is not there: {first_line(error)}")


def first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]


if __name__ == "__main__":
    oracle.run(oracle.Oracle("deploy_smoke", "template*.json", witnessed, check, folders=STORIES))
