"""What this example asks of a cloud, on each of the three."""

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
    def upload(self, key):
        return self._client("s3").get_object(Bucket=os.environ["UPLOADS_BUCKET"], Key=key)["Body"].read()

    def keep_episode(self, key, sound):
        bucket = os.environ["EPISODES_BUCKET"]
        self._client("s3").put_object(Bucket=bucket, Key=key, Body=sound, ContentType="audio/mpeg")

    def send(self, text):
        self._client("sqs").send_message(QueueUrl=os.environ["PUBLISH_QUEUE"], MessageBody=text)

    def publish(self, text, signature):
        attributes = {"signature": {"DataType": "String", "StringValue": signature}}
        topic = os.environ["RELEASED_TOPIC"]
        self._client("sns").publish(TopicArn=topic, Message=text, MessageAttributes=attributes)

    def signing_key(self):
        secret = os.environ["SIGNING_KEY_SECRET"]
        return self._client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]

    def put_show(self, episode):
        self._shows().put_item(Item=episode)

    def get_show(self, show, number):
        found = self._shows().get_item(Key={"show": show, "number": number})
        return self._plain(found["Item"]) if "Item" in found else None

    def list_shows(self, show):
        from boto3.dynamodb.conditions import Key

        query = {"IndexName": "by-date", "KeyConditionExpression": Key("show").eq(show)}
        return [*self._pages(self._shows().query, query)]

    def scan_shows(self):
        return self._pages(self._shows().scan, {})

    def _pages(self, read, request):
        page = {"LastEvaluatedKey": None}
        while "LastEvaluatedKey" in page:
            start = page["LastEvaluatedKey"]
            page = read(**request, **({"ExclusiveStartKey": start} if start else {}))
            yield from map(self._plain, page["Items"])

    def _plain(self, episode):
        return {**episode, "number": int(episode["number"]), "size": int(episode["size"])}

    @cache
    def _client(self, service):
        import boto3

        return boto3.client(service)

    @cache
    def _shows(self):
        import boto3

        return boto3.resource("dynamodb").Table(os.environ["SHOWS_TABLE"])


class Google:
    def upload(self, key):
        return self._bucket(os.environ["UPLOADS_BUCKET"]).blob(key).download_as_bytes()

    def keep_episode(self, key, sound):
        blob = self._bucket(os.environ["EPISODES_BUCKET"]).blob(key)
        blob.upload_from_string(sound, content_type="audio/mpeg")

    def send(self, text):
        self._publisher().publish(os.environ["PUBLISH_QUEUE"], text.encode()).result()

    def publish(self, text, signature):
        self._publisher().publish(os.environ["RELEASED_TOPIC"], text.encode(), signature=signature).result()

    def signing_key(self):
        from google.cloud.secretmanager import SecretManagerServiceClient

        version = f"{os.environ['SIGNING_KEY_SECRET']}/versions/latest"
        return SecretManagerServiceClient().access_secret_version(name=version).payload.data.decode()

    def put_show(self, episode):
        self._show(episode["show"], episode["number"]).set(episode)

    def get_show(self, show, number):
        return self._show(show, number).get().to_dict()

    def list_shows(self, show):
        from google.cloud.firestore import FieldFilter

        episodes = self._shows().where(filter=FieldFilter("show", "==", show)).order_by("date")
        return [episode.to_dict() for episode in episodes.stream()]

    def scan_shows(self):
        return (episode.to_dict() for episode in self._shows().stream())

    def _show(self, show, number):
        return self._shows().document(f"{quote(show, safe='')}:{number}")

    @cache
    def _shows(self):
        from google.cloud.firestore import Client

        return Client(database=os.environ["SHOWS_TABLE"]).collection("items")

    @cache
    def _bucket(self, name):
        from google.cloud.storage import Client

        return Client().bucket(name)

    @cache
    def _publisher(self):
        from google.cloud.pubsub import PublisherClient

        return PublisherClient()


class Azure:
    def upload(self, key):
        container = self._container(os.environ["UPLOADS_BUCKET_ENDPOINT"], os.environ["UPLOADS_BUCKET"])
        return container.download_blob(key).readall()

    def keep_episode(self, key, sound):
        from azure.storage.blob import ContentSettings

        container = self._container(os.environ["EPISODES_BUCKET_ENDPOINT"], os.environ["EPISODES_BUCKET"])
        container.upload_blob(key, sound, overwrite=True, content_settings=ContentSettings("audio/mpeg"))

    def send(self, text):
        with self._service_bus(os.environ["PUBLISH_QUEUE_NAMESPACE"]) as client:
            with client.get_queue_sender(os.environ["PUBLISH_QUEUE"]) as sender:
                sender.send_messages(self._message(text, {}))

    def publish(self, text, signature):
        with self._service_bus(os.environ["RELEASED_TOPIC_NAMESPACE"]) as client:
            with client.get_topic_sender(os.environ["RELEASED_TOPIC"]) as sender:
                sender.send_messages(self._message(text, {"signature": signature}))

    def signing_key(self):
        from azure.keyvault.secrets import SecretClient

        vault = SecretClient(os.environ["SIGNING_KEY_SECRET_ENDPOINT"], self._credential())
        return vault.get_secret(os.environ["SIGNING_KEY_SECRET"]).value

    def put_show(self, episode):
        self._shows().upsert_item({**episode, "id": str(episode["number"])})

    def get_show(self, show, number):
        from azure.cosmos.exceptions import CosmosResourceNotFoundError

        try:
            return self._plain(self._shows().read_item(str(number), partition_key=show))
        except CosmosResourceNotFoundError:
            return None

    def list_shows(self, show):
        query = "SELECT * FROM c WHERE c.show = @show ORDER BY c.date"
        parameters = [{"name": "@show", "value": show}]
        episodes = self._shows().query_items(query, parameters=parameters, partition_key=show)
        return [self._plain(episode) for episode in episodes]

    def scan_shows(self):
        episodes = self._shows().query_items("SELECT * FROM c", enable_cross_partition_query=True)
        return map(self._plain, episodes)

    def _plain(self, episode):
        return {name: value for name, value in episode.items() if name != "id" and not name.startswith("_")}

    def _message(self, text, attributes):
        from azure.servicebus import ServiceBusMessage

        return ServiceBusMessage(text, application_properties=attributes)

    def _service_bus(self, endpoint):
        from azure.servicebus import ServiceBusClient

        return ServiceBusClient(endpoint, self._credential())

    @cache
    def _container(self, endpoint, name):
        from azure.storage.blob import ContainerClient

        return ContainerClient(endpoint, name, credential=self._credential())

    @cache
    def _shows(self):
        from azure.cosmos import CosmosClient

        client = CosmosClient(os.environ["SHOWS_TABLE_ENDPOINT"], self._credential())
        database = client.get_database_client(os.environ["SHOWS_TABLE_DATABASE"])
        return database.get_container_client(os.environ["SHOWS_TABLE"])

    @cache
    def _credential(self):
        from azure.identity import DefaultAzureCredential

        return DefaultAzureCredential()
