import os

from azure.identity import DefaultAzureCredential
from azure.storage.blob import ContainerClient


def tag(event, context):
    files = ContainerClient(os.environ["FILES_BUCKET_ENDPOINT"], os.environ["FILES_BUCKET"], DefaultAzureCredential())
    sound = files.download_blob(f"in/{event['id']}").readall()
    files.upload_blob(f"tagged/{event['id']}", sound)
