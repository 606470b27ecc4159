"""Objects of Cloud Storage and Blob Storage over plain http, with the token that the platform lends the function.

For executables: their packages hold no libraries of Python, and so no client of the cloud's. Lambda brings boto3.
"""

import contextlib
import http.client
import json
import os
from urllib.parse import quote, urlencode, urlsplit

_PIECE = 1024 * 1024
_SECONDS = 30


def from_storage(trigger, about):
    """Cloud Storage JSON API, "Objects: get", with `alt=media`."""
    bucket, key = quote(os.environ[trigger["variable"]], safe=""), quote(about["key"], safe="")
    path = f"/storage/v1/b/{bucket}/o/{key}?{urlencode({'alt': 'media', 'generation': about['version']})}"
    emulator = os.environ.get("STORAGE_EMULATOR_HOST")
    if emulator:
        return _pieces((emulator if "://" in emulator else f"http://{emulator}").rstrip("/") + path, {})
    # Compute Engine documentation, "Authenticate workloads with the metadata server"
    host = os.environ.get("GCE_METADATA_HOST", "metadata.google.internal")
    asked = f"http://{host}/computeMetadata/v1/instance/service-accounts/default/token"
    token = _lent(asked, {"metadata-flavor": "Google"})
    return _pieces("https://storage.googleapis.com" + path, {"authorization": f"Bearer {token}"})


def from_blobs(trigger, about):
    """Blob Storage REST API, "Get Blob"; App Service documentation, "Managed identities", REST endpoint reference."""
    query = {"api-version": "2019-08-01", "resource": "https://storage.azure.com/"}
    if os.environ.get("AZURE_CLIENT_ID"):
        query["client_id"] = os.environ["AZURE_CLIENT_ID"]
    asked = f"{os.environ['IDENTITY_ENDPOINT']}?{urlencode(query)}"
    token = _lent(asked, {"x-identity-header": os.environ["IDENTITY_HEADER"]})
    variable = trigger["variable"]
    place = f"{os.environ[f'{variable}_ENDPOINT'].rstrip('/')}/{os.environ[variable]}/{quote(about['key'])}"
    return _pieces(place, {"authorization": f"Bearer {token}", "x-ms-version": "2021-12-02"})


def _lent(url, headers):
    return json.loads(b"".join(_pieces(url, headers)))["access_token"]


def _pieces(url, headers):
    """The body of what is at a url. It follows no redirect, which would hand the token on."""
    place = urlsplit(url)
    kinds = {"https": http.client.HTTPSConnection, "http": http.client.HTTPConnection}
    path = place.path + (f"?{place.query}" if place.query else "")
    with contextlib.closing(kinds[place.scheme](place.netloc, timeout=_SECONDS)) as connection:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        if response.status != 200:
            raise OSError(f"{place.hostname} answered {response.status}")
        while piece := response.read(_PIECE):
            yield piece
        # of a body that was cut short `read` with a size tells nothing
        if response.length:
            raise OSError(f"{place.hostname} ended before the object did")
