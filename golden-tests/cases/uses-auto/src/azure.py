import os

from azure.identity import DefaultAzureCredential
from azure.storage.blob import ContainerClient


def save(event, context):
    papers = ContainerClient(os.environ["PAPERS_BUCKET_ENDPOINT"], os.environ["PAPERS_BUCKET"], DefaultAzureCredential())
    papers.upload_blob("orders/latest", b"")
