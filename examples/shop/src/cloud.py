"""What this example asks of a cloud, on each of the three.

The stock is changed by comparing and swapping: `read_stock` says what was seen, `swap_stock` writes only if nothing
else was written since.
"""

import os
from functools import cache
from urllib.parse import quote


@cache
def cloud():
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        return Aws()
    if "K_SERVICE" in os.environ:
        return Google()
    if "WEBSITE_SITE_NAME" in os.environ:
        return Azure()
    raise RuntimeError("this is none of the clouds that the example knows")


class Aws:
    def get_stock(self, sku):
        found = self._stock().get_item(Key={"sku": sku})
        return self._plain(found["Item"]) if "Item" in found else None

    def read_stock(self, sku):
        found = self._stock().get_item(Key={"sku": sku}, ConsistentRead=True)
        item = self._plain(found["Item"])
        return item, item.pop("version", 0)

    def swap_stock(self, item, seen):
        from boto3.dynamodb.conditions import Attr
        from botocore.exceptions import ClientError

        unchanged = Attr("version").eq(seen) if seen else Attr("version").not_exists()
        try:
            self._stock().put_item(Item={**item, "version": seen + 1}, ConditionExpression=unchanged)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def put_order(self, order):
        self._orders().put_item(Item=order)

    def orders_of(self, customer):
        from boto3.dynamodb.conditions import Key

        return self._pages(self._orders().query, {"KeyConditionExpression": Key("customer").eq(customer)})

    def scan_orders(self):
        return self._pages(self._orders().scan, {})

    def send_work(self, text):
        self._client("sqs").send_message(QueueUrl=os.environ["WORK_QUEUE"], MessageBody=text)

    def send_parcel(self, text):
        self._client("sqs").send_message(QueueUrl=os.environ["PARCELS_QUEUE"], MessageBody=text)

    def keep_report(self, key, text):
        bucket = os.environ["REPORTS_BUCKET"]
        self._client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode(), ContentType="application/json")

    def _pages(self, read, request):
        page = {"LastEvaluatedKey": None}
        while "LastEvaluatedKey" in page:
            start = page["LastEvaluatedKey"]
            page = read(**request, **({"ExclusiveStartKey": start} if start else {}))
            yield from map(self._plain, page["Items"])

    def _plain(self, item):
        from decimal import Decimal

        return {name: int(value) if isinstance(value, Decimal) else value for name, value in item.items()}

    @cache
    def _client(self, service):
        import boto3

        return boto3.client(service)

    @cache
    def _stock(self):
        import boto3

        return boto3.resource("dynamodb").Table(os.environ["STOCK_TABLE"])

    @cache
    def _orders(self):
        import boto3

        return boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


class Google:
    def get_stock(self, sku):
        return self._item(sku).get().to_dict()

    def read_stock(self, sku):
        found = self._item(sku).get()
        return found.to_dict(), found.update_time

    def swap_stock(self, item, seen):
        from google.api_core.exceptions import FailedPrecondition

        try:
            self._item(item["sku"]).update(item, option=self._stock().write_option(last_update_time=seen))
        except FailedPrecondition:
            return False
        return True

    def put_order(self, order):
        name = f"{quote(order['customer'], safe='')}:{quote(order['id'], safe='')}"
        self._orders().collection("items").document(name).set(order)

    def orders_of(self, customer):
        from google.cloud.firestore import FieldFilter

        orders = self._orders().collection("items").where(filter=FieldFilter("customer", "==", customer))
        return [order.to_dict() for order in orders.stream()]

    def scan_orders(self):
        return (order.to_dict() for order in self._orders().collection("items").stream())

    def send_work(self, text):
        self._publisher().publish(os.environ["WORK_QUEUE"], text.encode()).result()

    def send_parcel(self, text):
        self._publisher().publish(os.environ["PARCELS_QUEUE"], text.encode()).result()

    def keep_report(self, key, text):
        from google.cloud.storage import Client

        blob = Client().bucket(os.environ["REPORTS_BUCKET"]).blob(key)
        blob.upload_from_string(text, content_type="application/json")

    def _item(self, sku):
        return self._stock().collection("items").document(quote(sku, safe=""))

    @cache
    def _stock(self):
        from google.cloud.firestore import Client

        return Client(database=os.environ["STOCK_TABLE"])

    @cache
    def _orders(self):
        from google.cloud.firestore import Client

        return Client(database=os.environ["ORDERS_TABLE"])

    @cache
    def _publisher(self):
        from google.cloud.pubsub import PublisherClient

        return PublisherClient()


class Azure:
    def get_stock(self, sku):
        from azure.cosmos.exceptions import CosmosResourceNotFoundError

        try:
            return self._plain(self._stock().read_item(sku, partition_key=sku))
        except CosmosResourceNotFoundError:
            return None

    def read_stock(self, sku):
        found = self._stock().read_item(sku, partition_key=sku)
        return self._plain(found), found["_etag"]

    def swap_stock(self, item, seen):
        from azure.core import MatchConditions
        from azure.cosmos.exceptions import CosmosAccessConditionFailedError

        unchanged = {"etag": seen, "match_condition": MatchConditions.IfNotModified}
        try:
            self._stock().replace_item(item["sku"], {**item, "id": item["sku"]}, **unchanged)
        except CosmosAccessConditionFailedError:
            return False
        return True

    def put_order(self, order):
        self._orders().upsert_item(order)

    def orders_of(self, customer):
        orders = self._orders().query_items("SELECT * FROM c", partition_key=customer)
        return [self._plain(order) for order in orders]

    def scan_orders(self):
        orders = self._orders().query_items("SELECT * FROM c", enable_cross_partition_query=True)
        return map(self._plain, orders)

    def send_work(self, text):
        self._send(os.environ["WORK_QUEUE_NAMESPACE"], os.environ["WORK_QUEUE"], text)

    def send_parcel(self, text):
        self._send(os.environ["PARCELS_QUEUE_NAMESPACE"], os.environ["PARCELS_QUEUE"], text)

    def keep_report(self, key, text):
        from azure.storage.blob import ContainerClient, ContentSettings

        endpoint, name = os.environ["REPORTS_BUCKET_ENDPOINT"], os.environ["REPORTS_BUCKET"]
        container = ContainerClient(endpoint, name, credential=self._credential())
        container.upload_blob(key, text, overwrite=True, content_settings=ContentSettings("application/json"))

    def _send(self, endpoint, queue, text):
        from azure.servicebus import ServiceBusClient, ServiceBusMessage

        with ServiceBusClient(endpoint, self._credential()) as client:
            with client.get_queue_sender(queue) as sender:
                sender.send_messages(ServiceBusMessage(text))

    def _plain(self, item):
        return {name: value for name, value in item.items() if not name.startswith("_")}

    @cache
    def _stock(self):
        database = self._database(os.environ["STOCK_TABLE_ENDPOINT"], os.environ["STOCK_TABLE_DATABASE"])
        return database.get_container_client(os.environ["STOCK_TABLE"])

    @cache
    def _orders(self):
        database = self._database(os.environ["ORDERS_TABLE_ENDPOINT"], os.environ["ORDERS_TABLE_DATABASE"])
        return database.get_container_client(os.environ["ORDERS_TABLE"])

    @cache
    def _database(self, endpoint, name):
        from azure.cosmos import CosmosClient

        return CosmosClient(endpoint, self._credential()).get_database_client(name)

    @cache
    def _credential(self):
        from azure.identity import DefaultAzureCredential

        return DefaultAzureCredential()
