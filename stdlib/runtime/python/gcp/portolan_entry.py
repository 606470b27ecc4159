"""The entry on Google Cloud: the http function `portolan`."""

from portolan_runtime.gcp import serve


def portolan(request):
    """Answers every request and every push."""
    return serve(request)
