"""Events of buckets: which trigger asks for a change, and `input: file`, which hands the handler a local copy."""

import contextlib
import os

from . import calls, events
from .settings import EXECUTABLE, NATIVE, SETTINGS

# What must stay free beside the copy.
_SPARE = 16 * 1024 * 1024
_PIECE = 1024 * 1024


def on_change(triggers, facts, context, call):
    """Calls the handler for the first trigger that asked for this change; otherwise the event is dropped."""
    for trigger in triggers:
        event = events.changed(trigger, **facts)
        if event is not None:
            return _with_file(trigger, event, context, call)
    return calls.log("dropped", context, triggers[0], {"id": facts["id"], "source": triggers[0]["source"]})


def _with_file(trigger, event, context, call):
    if NATIVE or trigger["input"] != "file" or event["change"] != "created":
        return call(trigger, event, context)
    import shutil
    import tempfile

    folder = tempfile.mkdtemp(prefix="portolan-")
    try:
        fetch = lambda: _fetch(trigger, event["object"], folder)
        event["object"]["file"] = _watched(fetch, context, trigger, event)
        return call(trigger, event, context)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _watched(fetch, context, trigger, event):
    """A copy that cannot be made is a failed call: the event comes again."""
    try:
        return fetch()
    except Exception as error:
        calls.log("failed", context, trigger, event, error=error)
        raise calls.Failed(f"{type(error).__name__}: see the log") from error


def _fetch(trigger, about, folder):
    """The path of the copy. It keeps the key's ending, by which tools tell what a file is, and nothing else of the key."""
    import shutil

    free = shutil.disk_usage(folder).free - _SPARE
    if about["size"] is not None and about["size"] > free:
        raise OSError(f"the object has {about['size']} bytes, and {max(free, 0)} are free in {os.path.dirname(folder)}")
    path = os.path.join(folder, "object" + os.path.splitext(about["key"])[1][:16].replace("/", ""))
    with contextlib.closing(_PIECES[SETTINGS["provider"]](trigger, about)) as pieces, open(path, "wb") as copy:
        for piece in pieces:
            free -= len(piece)
            if free < 0:
                raise OSError(f"the object does not fit into what is free in {os.path.dirname(folder)}")
            copy.write(piece)
    return path


# --- the object, piece by piece, by the cloud's own client --------------------------------------------------------------


def _from_s3(trigger, about):
    import boto3

    version = {"VersionId": about["version"]} if about["version"] else {}
    found = boto3.client("s3").get_object(Bucket=os.environ[trigger["variable"]], Key=about["key"], **version)
    yield from found["Body"].iter_chunks(_PIECE)


def _from_storage(trigger, about):
    from google.cloud import storage

    bucket = storage.Client().bucket(os.environ[trigger["variable"]])
    with bucket.blob(about["key"], generation=int(about["version"])).open("rb", chunk_size=_PIECE) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _from_blobs(trigger, about):
    from azure.identity import DefaultAzureCredential
    from azure.storage.blob import BlobServiceClient

    variable = trigger["variable"]
    service = BlobServiceClient(os.environ[f"{variable}_ENDPOINT"], DefaultAzureCredential())
    yield from service.get_blob_client(os.environ[variable], about["key"]).download_blob().chunks()


_PIECES = {"aws": _from_s3, "gcp": _from_storage, "azure": _from_blobs}
if EXECUTABLE:
    from . import plain_files

    _PIECES.update(gcp=plain_files.from_storage, azure=plain_files.from_blobs)
