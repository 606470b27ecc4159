"""Azure Functions: a function of the app for every trigger and route, each named after its trigger."""

import datetime
import json
import os
import re
from http.cookies import SimpleCookie
from urllib.parse import unquote, urlsplit

import azure.functions as func

from . import calls, events, files, routes, web
from .settings import EXECUTABLE, HANDLER, NATIVE, SETTINGS, TRIGGERS, of_kind

if SETTINGS["application"]:
    from . import application

_SUBJECT = re.compile(r"/blobServices/default/containers/([^/]+)/blobs/(.+)", re.DOTALL)
_CHANGES = {"Microsoft.Storage.BlobCreated": "created", "Microsoft.Storage.BlobDeleted": "deleted"}
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
# The claim of the Entra object id, in what App Service says of a caller.
_OBJECT = ("http://schemas.microsoft.com/identity/claims/objectidentifier", "oid")


# A timer may fire a little before its time; it counts as on time.
_EARLY = datetime.timedelta(seconds=1)


def app():
    """The app with all its functions."""
    made = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    for trigger in TRIGGERS:
        _REGISTER[trigger["trigger"]](made, trigger)
    return made


def _call(trigger, event, context, judge=lambda answer: None):
    """Hands over the neutral event, or the native one where the function asked for it."""
    if NATIVE and EXECUTABLE:
        from . import azure_native

        return calls.watch(lambda: azure_native.answer(context, _written), context, trigger, event)
    if NATIVE:
        return calls.watch(lambda: HANDLER(context.native["event"], context.native["context"]), context, trigger, event)
    return calls.call(event, context, trigger, judge)


def _name(trigger):
    return f"{trigger['trigger']}_{trigger['key'].replace('-', '_')}"


def _prefix(trigger):
    """The prefix of the settings that say to what a trigger connects."""
    return f"PORTOLAN_{trigger['key'].upper().replace('-', '_')}"


def _reading(context, trigger, read):
    """Reads a native event. An error makes the host deliver again; the traceback of what was read would show it."""
    try:
        return read()
    except (events.Malformed, KeyError, TypeError, ValueError, AttributeError) as error:
        calls.log(
            "failed", context, trigger, None, error=events.Malformed(f"{type(error).__name__} while reading the event")
        )
        raise events.Malformed("the event is not understood") from None


# --- queues, topics, buckets, schedules -------------------------------------------------------------------------------


def _register_queue(made, trigger):
    def deliver(message, context):
        _on_queue(trigger, message, calls.Context(context.invocation_id, message, context))

    _on_service_bus(made, trigger, deliver, f"%{_prefix(trigger)}_QUEUE%")


def _on_queue(trigger, native, context):
    message = _reading(context, trigger, lambda: _message(native))
    failed = _call(trigger, events.batch(trigger, [message]), context, calls.failures([message]))
    if not NATIVE and failed:
        # the host abandons a message only when its function raises
        raise calls.Failed("the handler wants the message again")


def _register_topic(made, trigger):
    def deliver(message, context):
        context = calls.Context(context.invocation_id, message, context)
        _call(trigger, _reading(context, trigger, lambda: events.published(trigger, _message(message))), context)

    _on_service_bus(made, trigger, deliver, f"%{_prefix(trigger)}_TOPIC%", f"%{_prefix(trigger)}_SUBSCRIPTION%")


def _register_bucket(made, trigger):
    def deliver(message, context):
        context = calls.Context(context.invocation_id, message, context)
        facts = _reading(context, trigger, lambda: _facts(trigger, json.loads(message.get_body())))
        files.on_change([trigger], facts, context, _call)

    _on_service_bus(made, trigger, deliver, f"%{_prefix(trigger)}_QUEUE%")


def _on_service_bus(made, trigger, deliver, entity, subscription=None):
    def run(message: func.ServiceBusMessage, context: func.Context) -> None:
        deliver(message, context)

    # As a text the host would hand over a body that is not UTF-8 in ruins.
    shared = {"arg_name": "message", "connection": _prefix(trigger), "data_type": func.DataType.BINARY}
    if subscription is None:
        bound = made.service_bus_queue_trigger(queue_name=entity, **shared)
    else:
        bound = made.service_bus_topic_trigger(topic_name=entity, subscription_name=subscription, **shared)
    made.function_name(_name(trigger))(bound(run))


def _message(native):
    attributes = dict(native.application_properties or {})
    if native.subject is not None:
        attributes["subject"] = native.subject
    time = events.of_datetime(native.enqueued_time_utc)
    return events.message(native.message_id, time, native.delivery_count, native.get_body(), attributes)


def _facts(trigger, event):
    """What an Event Grid event says of an object."""
    place = _SUBJECT.fullmatch(event["subject"])
    if place is None or place[1] != os.environ[trigger["variable"]]:
        raise events.Malformed("an event of a container that the function does not listen to")
    about = event["data"]
    return {
        "id": event["id"],
        "time": events.of_text(event["eventTime"]),
        "change": _CHANGES.get(event["eventType"]),
        "key": place[2],
        "size": about.get("contentLength"),
        "etag": about.get("eTag"),
        "version": None,
    }


def _register_schedule(made, trigger):
    def run(timer: func.TimerRequest, context: func.Context) -> None:
        from . import schedule

        now = datetime.datetime.now(datetime.timezone.utc)
        due = events.of_datetime(schedule.last_due(trigger["due"], now + _EARLY))
        _call(trigger, events.tick(trigger, due), calls.Context(context.invocation_id, timer, context))

    bound = made.timer_trigger(arg_name="timer", schedule=f"%{_prefix(trigger)}_SCHEDULE%", run_on_startup=False)
    made.function_name(_name(trigger))(bound(run))


# --- http -------------------------------------------------------------------------------------------------------------


def _register_http(made, trigger):
    answering = set()
    for at, route in enumerate(trigger["routes"]):
        methods = _METHODS if route["method"] == "ANY" else [route["method"]]
        path = _path(route)
        # preflights of a path come to the first function of that path
        if trigger["cors"] and path not in answering and "OPTIONS" not in methods:
            methods = [*methods, "OPTIONS"]
        answering.add(path)
        _register_route(made, trigger, route, f"{_name(trigger)}_{at + 1}" if at else _name(trigger), path, methods)


def _register_route(made, trigger, route, name, path, methods):
    def run(request: func.HttpRequest, context: func.Context) -> func.HttpResponse:
        return _http(trigger, route, request, calls.Context(context.invocation_id, request, context))

    bound = made.route(route=path, methods=methods, trigger_arg_name="request")
    made.function_name(name)(bound(run))


def _path(route):
    parts = [
        "{*path}" if "rest" in part else part.get("literal") or f"{{{part['parameter']}}}" for part in route["segments"]
    ]
    # A route of nothing would be the function's name (Azure/Azure-Functions#2473); the app's own page of welcome is off.
    return "/".join(parts) or "{root:maxlength(0)?}"


def _http(trigger, route, native, context):
    request = _reading(context, trigger, lambda: _request(native, trigger, context))
    parameters = routes.match(route, request.path)
    found = (
        parameters is not None and route["method"] in (request.method, "ANY") and (trigger, route, parameters) or None
    )

    def principal(_, trigger):
        return _principal(request, trigger)

    if not NATIVE and not SETTINGS["application"]:
        return _written(web.serve(request, of_kind("http"), principal, context, found))

    def handed_over(admitted):
        if SETTINGS["application"]:
            return application.on_azure(native, context, admitted, request)
        try:
            return _call(admitted.trigger, {"id": request.id, "source": admitted.trigger["source"]}, context)
        except calls.Failed:
            return _written(web.failure())

    return web.guarded(request, of_kind("http"), principal, context, found, handed_over, _written)


def _request(native, trigger, context):
    url, is_api = urlsplit(native.url), trigger["host"] == "api"
    headers = [(name.lower(), value) for name, value in native.headers.items()]
    return web.Request(
        id=context.id,
        time=events.now(),
        method=native.method.upper(),
        host=native.headers.get("host") or url.netloc,
        path=unquote(url.path) or "/",
        query=url.query,
        headers=web.forwarded(headers) if is_api else headers,
        cookies=[value for name, value in headers if name == "cookie"],
        body=native.get_body(),
        address=None if is_api else _address(native.headers.get("x-forwarded-for")),
    )


def _address(forwarded):
    """The last address, which App Service wrote itself, without the port that it adds."""
    last = (forwarded or "").split(",")[-1].strip()
    found = re.fullmatch(r"\[(.+)\](?::\d+)?|([^:]+):\d+|(.+)", last)
    return (found[1] or found[2] or found[3]) if found else None


def _principal(request, trigger):
    """Whom API Management (its token), or App Service (its headers), let in."""
    from . import jwt

    kind = trigger["auth"]["kind"]
    if trigger["host"] == "api":
        try:
            claims = jwt.unverified((request.header("authorization") or "").partition(" ")[2])
        except jwt.Invalid:
            return None
        if kind == "iam":
            return {"kind": kind, "subject": claims.get("oid"), "claims": {}}
        return {"kind": kind, "subject": claims.get("sub"), "claims": claims}
    if os.environ.get("WEBSITE_AUTH_ENABLED", "true").lower() != "true":
        return None
    subject = request.header("x-ms-client-principal-id")
    return {"kind": kind, "subject": subject, "claims": {}} if subject else None


def _written(answer):
    headers = dict.fromkeys(name for name, _ in answer.headers)
    joined = {name: ", ".join(value for known, value in answer.headers if known == name) for name in headers}
    # the library writes a type into every answer, and a text's where there is none
    response = func.HttpResponse(answer.body, status_code=answer.status, headers=joined)
    for cookie in answer.cookies:
        # the host gets cookies one by one, and the library drops what it cannot read
        if not SimpleCookie(cookie):
            return _written(web.failure())
        response.headers.add("set-cookie", cookie)
    return response


def _register_invoke(made, trigger):
    def run(request: func.HttpRequest, context: func.Context) -> func.HttpResponse:
        return _invoke(trigger, request, calls.Context(context.invocation_id, request, context))

    bound = made.route(route="portolan/invoke", methods=["POST"], trigger_arg_name="request")
    made.function_name(_name(trigger))(bound(run))


def _invoke(trigger, native, context):
    if not _may_invoke(native):
        calls.log("refused", context, trigger, None, status=401)
        return _written(web.unauthorized())
    if len(native.get_body()) > web.LIMIT:
        return _written(web.plain(413, "content too large"))
    try:
        given = json.loads(native.get_body())
    except ValueError:
        calls.log("refused", context, trigger, None, status=400)
        return _written(web.plain(400, "the event is not understood"))
    try:
        answer = _call(trigger, events.called(trigger, context.id, given), context, calls.json_of)
    except calls.Failed:
        return _written(web.failure())
    if NATIVE:
        return answer
    text = json.dumps(answer, ensure_ascii=False)
    return _written(web.Answer(200, [("content-type", web.JSON)], [], text.encode()))


def _may_invoke(native):
    """Where the environment names callers, App Service must have seen one of them; otherwise it has shut out all others."""
    callers = [caller for caller in os.environ.get("PORTOLAN_INVOKERS", "").split(",") if caller]
    if callers:
        return native.headers.get("x-ms-client-principal-id") in callers
    return os.environ.get("PORTOLAN_OPEN") != "true"


def _register_feed(made, trigger):
    from . import azure_feeds

    if trigger["trigger"] == "bus":
        return azure_feeds.register_bus(made, trigger, _name(trigger), _call, _reading)
    register = azure_feeds.register_table if trigger["trigger"] == "table" else azure_feeds.register_stream
    return register(made, trigger, _name(trigger), _prefix(trigger), _call, _reading)


_REGISTER = {
    "http": _register_http,
    "schedule": _register_schedule,
    "queue": _register_queue,
    "topic": _register_topic,
    "bucket": _register_bucket,
    "invoke": _register_invoke,
    **dict.fromkeys(("table", "stream", "bus"), _register_feed),
}
