"""Whole applications, WSGI (Flask, Django) and ASGI (FastAPI, Starlette), behind http triggers: the adapters that are well kept.

|      | AWS      | Google                | Azure                            |
|------|----------|-----------------------|----------------------------------|
| WSGI | apig-wsgi | called as it is      | Werkzeug, which the library brings |
| ASGI | mangum   | a2wsgi                | azure.functions' AsgiMiddleware  |

An ASGI app is started once and lives in one event loop, on every cloud. A cloud's module has found the route and held
`auth`, size and preflights before anything here runs.
"""

import asyncio
import inspect
import io
import threading
from urllib.parse import quote

from . import calls, cors, web
from .settings import SETTINGS, load

_PLACE = SETTINGS["application"]
APP = load(_PLACE)
_IS_ASYNC = inspect.iscoroutinefunction(APP) or inspect.iscoroutinefunction(type(APP).__call__)
IS_ASGI = _PLACE["kind"] == "asgi" if _PLACE["kind"] else _IS_ASYNC


def on_aws(event, context, admitted, request):
    # Both adapters decode the path, and some of AWS's services have decoded it already.
    path = quote(request.path)
    about = {**event["requestContext"], "http": {**event["requestContext"]["http"], "path": path}}
    asked = {**event, "rawPath": path, "requestContext": about}
    return _watched(lambda: _adapter()(asked, context.native["context"]), context, admitted, request, _failed_on_aws)


def on_gcp(request, context, admitted, asked):
    from werkzeug.wrappers import Response

    def work():
        # the entry has read the body already
        environ = {**request.environ, "wsgi.input": io.BytesIO(asked.body), "CONTENT_LENGTH": str(len(asked.body))}
        return _dressed(Response.from_app(_adapter(), environ), admitted, asked)

    return _watched(work, context, admitted, asked, lambda: Response("internal error", 500))


def on_azure(native, context, admitted, request):
    import azure.functions as func

    def work():
        response = _dressed(_adapter()(native, context.native["context"]), admitted, request)
        # of a header that is sent twice the library keeps the last
        for name in {name.lower() for name, _ in response.headers.items()} - {"set-cookie"}:
            response.headers[name] = ", ".join(response.headers.get_all(name))
        return response

    return _watched(work, context, admitted, request, lambda: func.HttpResponse("internal error", status_code=500))


def _watched(work, context, admitted, request, failed):
    try:
        return calls.watch(work, context, admitted.trigger, {"id": request.id, "source": admitted.trigger["source"]})
    except calls.Failed:
        return failed()


def _failed_on_aws():
    return {
        "statusCode": 500,
        "headers": {"content-type": web.TEXT},
        "body": "internal error",
        "isBase64Encoded": False,
    }


def _dressed(response, admitted, request):
    """Adds the headers of `cors`, where the entry is who adds them."""
    if admitted.trigger["cors"]:
        pairs = cors.dressed(list(response.headers.items()), admitted.trigger["cors"], request)
        response.headers.clear()
        for name, value in pairs:
            response.headers.add(name, value)
    return response


# --- adapters ---------------------------------------------------------------------------------------------------------


def _adapter():
    """The application as its cloud calls it, made once."""
    if not hasattr(_adapter, "made"):
        _adapter.made = _ADAPTERS[SETTINGS["provider"], IS_ASGI]()
    return _adapter.made


def _wsgi_on_aws():
    from apig_wsgi import make_lambda_handler

    return make_lambda_handler(_joining, binary_support=True)


def _joining(environ, start_response):
    """The app with headers that it sends twice in one: of those the adapter keeps the last."""

    def start(status, headers, *more):
        joined = {}
        for name, value in headers:
            joined.setdefault(name.lower(), []).append(value)
        cookies = [("set-cookie", value) for value in joined.pop("set-cookie", [])]
        return start_response(
            status, [*((name, ", ".join(values)) for name, values in joined.items()), *cookies], *more
        )

    return APP(environ, start)


def _asgi_on_aws():
    from mangum import Mangum

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return Mangum(loop.run_until_complete(_started()), lifespan="off")


def _asgi_on_gcp():
    from a2wsgi import ASGIMiddleware

    loop = _running_loop()
    return ASGIMiddleware(_in(loop, _started()), loop=loop)


def _wsgi_on_azure():
    import azure.functions as func
    from werkzeug.test import EnvironBuilder
    from werkzeug.wrappers import Response

    def answer(request, _):
        environ = EnvironBuilder(
            request.url, method=request.method, headers=dict(request.headers), data=request.get_body()
        )
        got = Response.from_app(APP, environ.get_environ(), buffered=True)
        return _answer_of(func, got.get_data(), got.status_code, got.headers.items())

    return answer


def _asgi_on_azure():
    import azure.functions as func

    loop = _running_loop()
    middleware = func.AsgiMiddleware(_in(loop, _started()))
    return lambda request, context: _in(loop, middleware.handle_async(request, context))


def _answer_of(func, body, status, headers):
    answer = func.HttpResponse(body, status_code=status)
    for name, value in headers:
        answer.headers.add(name, value)
    return answer


_ADAPTERS = {
    ("aws", False): _wsgi_on_aws,
    ("aws", True): _asgi_on_aws,
    ("gcp", False): lambda: APP,
    ("gcp", True): _asgi_on_gcp,
    ("azure", False): _wsgi_on_azure,
    ("azure", True): _asgi_on_azure,
}


# --- the life of an ASGI app ------------------------------------------------------------------------------------------


def _running_loop():
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return loop


def _in(loop, work):
    return asyncio.run_coroutine_threadsafe(work, loop).result()


async def _started():
    """The app after its startup (ASGI 3.0, lifespan 2.0), which each of its requests gets the state of."""
    state, came, said = {}, asyncio.Queue(), asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": state}
    life = asyncio.ensure_future(APP(scope, came.get, said.put))
    await came.put({"type": "lifespan.startup"})
    heard = asyncio.ensure_future(said.get())
    await asyncio.wait({life, heard}, return_when=asyncio.FIRST_COMPLETED)
    if heard.done() and heard.result()["type"] == "lifespan.startup.failed":
        raise RuntimeError("the application failed to start")
    # an app that ends or raises instead of answering has no use for a life (lifespan 2.0, "Scope")
    if life.done() and not life.cancelled():
        life.exception()
    heard.cancel()
    _started.life = life

    async def app(scope, receive, send):
        await APP({**scope, "state": dict(state)}, receive, send)

    return app
