"""Google Cloud: requests, pushes from Pub/Sub and ticks of Cloud Scheduler, which all come to one http function."""

import base64
import json
import os
import re
import uuid

from flask import Response

from . import calls, events, files, web
from .settings import EXECUTABLE, HANDLER, NATIVE, SETTINGS, TRIGGERS, of_kind

if SETTINGS["application"]:
    from . import application

# In a versioned bucket an object that is deleted becomes an earlier version.
_CHANGES = {"OBJECT_FINALIZE": "created", "OBJECT_DELETE": "deleted", "OBJECT_ARCHIVE": "deleted"}
_DOOR = "/portolan/"
_TRACE = re.compile(r"[0-9a-f]{32}")


def serve(request):
    """Answers whatever comes."""
    context = calls.Context(_trace(request) or str(uuid.uuid4()), request, None)
    if request.path.startswith(_DOOR):
        return _deliver(request, request.path[len(_DOOR) :], context)
    return _http(request, context)


def _trace(request):
    trace = request.headers.get("x-cloud-trace-context", "").split("/")[0]
    return trace if _TRACE.fullmatch(trace) else None


def _deliver(request, key, context):
    """What the platform itself sends, in the name of an account that the environment names."""
    trigger = next((one for one in TRIGGERS if one["key"] == key and one["trigger"] in _DELIVERIES), None)
    if trigger is None or request.method != "POST":
        calls.log("refused", context, trigger, None, status=404)
        return Response("not found", 404)
    variable, deliver = _DELIVERIES[trigger["trigger"]]
    if not _is_sent_by(request, variable):
        calls.log("refused", context, trigger, None, status=401)
        return Response("unauthorized", 401, {"www-authenticate": "Bearer"})
    try:
        return deliver(request, trigger, context)
    except calls.Failed:
        return Response("internal error", 500)
    except (events.Malformed, KeyError, TypeError, ValueError, AttributeError) as error:
        # whatever is not a success is delivered again, and goes to the dead letter in the end
        calls.log(
            "failed", context, trigger, None, error=events.Malformed(f"{type(error).__name__} while reading the event")
        )
        return Response("the event is not understood", 400)


def _call(trigger, event, context, judge=lambda answer: None):
    """Hands over the neutral event, or the native one where the function asked for it."""
    if NATIVE and EXECUTABLE:
        from . import gcp_native

        return calls.watch(lambda: gcp_native.answer(context, _written), context, trigger, event)
    if NATIVE:
        return calls.watch(lambda: HANDLER(context.native["event"], None), context, trigger, event)
    return calls.call(event, context, trigger, judge)


def _done(answer):
    return Response(status=204) if not NATIVE or answer is None else answer


# --- deliveries -------------------------------------------------------------------------------------------------------


def _queue(request, trigger, context):
    message = _message(request)
    failed = _call(trigger, events.batch(trigger, [message]), context, calls.failures([message]))
    if not NATIVE and failed:
        return Response("failed", 500)
    return _done(failed)


def _topic(request, trigger, context):
    return _done(_call(trigger, events.published(trigger, _message(request)), context))


def _message(request):
    message, attempt = _pushed(request)
    time = events.of_text(message["publishTime"])
    return events.message(message["messageId"], time, attempt, _data(message), message.get("attributes") or {})


def _pushed(request):
    """The message of Pub/Sub's wrapped push, or of the CloudEvent that some make of it; and which delivery it is."""
    if request.content_length is not None and request.content_length > 2 * web.LIMIT:
        raise events.Malformed("a push that is too large")
    envelope = json.loads(request.get_data())
    if "specversion" in envelope:
        envelope = envelope["data"]
    return envelope["message"], envelope.get("deliveryAttempt")


def _data(message):
    return base64.b64decode(message.get("data") or "", validate=True)


def _bucket(request, trigger, context):
    message, _ = _pushed(request)
    attributes = message["attributes"]
    if attributes["bucketId"] != os.environ[trigger["variable"]]:
        raise events.Malformed("an event of a bucket that the function does not listen to")
    bucket, key, generation = (attributes[name] for name in ("bucketId", "objectId", "objectGeneration"))
    change = _CHANGES.get(attributes["eventType"])
    if change == "deleted" and "overwrittenByGeneration" in attributes:
        change = "overwritten"
    about = json.loads(_data(message) or b"{}")
    facts = {
        "id": events.identity(bucket, key, generation, change),
        "time": events.of_text(attributes["eventTime"]),
        "change": change,
        "key": key,
        "size": about.get("size"),
        "etag": about.get("etag"),
        "version": generation,
    }
    return _done(files.on_change([trigger], facts, context, _call))


def _schedule(request, trigger, context):
    due = events.of_text(request.headers["x-cloudscheduler-scheduletime"])
    return _done(_call(trigger, events.tick(trigger, due), context))


def _invoke(request, trigger, context):
    if request.content_length is not None and request.content_length > web.LIMIT:
        return Response("content too large", 413)
    event = events.called(trigger, context.id, json.loads(request.get_data()))
    answer = _call(trigger, event, context, calls.json_of)
    return answer if NATIVE else Response(json.dumps(answer, ensure_ascii=False), 200, content_type=web.JSON)


def _feed(request, trigger, context):
    from . import gcp_feeds

    kind = trigger["trigger"]
    if kind == "stream":
        message, _ = _pushed(request)
        failed = gcp_feeds.stream(message, _data(message), trigger, _call, context)
    else:
        failed = (gcp_feeds.table if kind == "table" else gcp_feeds.bus)(request, trigger, _call, context)
    return Response("failed", 500) if not NATIVE and failed else _done(failed)


_DELIVERIES = {
    "queue": ("PORTOLAN_CALLER", _queue),
    "topic": ("PORTOLAN_CALLER", _topic),
    "bucket": ("PORTOLAN_CALLER", _bucket),
    "schedule": ("PORTOLAN_SCHEDULER", _schedule),
    "invoke": ("PORTOLAN_INVOKERS", _invoke),
    **dict.fromkeys(("table", "stream", "bus"), ("PORTOLAN_CALLER", _feed)),
}


# --- who calls --------------------------------------------------------------------------------------------------------


def _is_sent_by(request, variable):
    """Whether the caller is one of the accounts in a variable. Where it is not set, only the platform's own check counts,
    and that only for calls from other functions."""
    accounts = [account for account in os.environ.get(variable, "").split(",") if account]
    if not accounts:
        return variable == "PORTOLAN_INVOKERS" and not _is_open()
    claims = _claims(request)
    return claims is not None and claims.get("email") in accounts and claims.get("email_verified") in (True, "true")


def _claims(request):
    """What the bearer's token says. Cloud Run has checked its signature and replaced it, unless everybody may come in."""
    from . import jwt, keys

    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        if not _is_open():
            return jwt.unverified(token)
        google = keys.at("https://www.googleapis.com/oauth2/v3/certs")
        return jwt.verify(token, "https://accounts.google.com", [f"https://{request.host}"], jwks=google)
    except (jwt.Invalid, jwt.Unavailable):
        return None


def _is_open():
    return os.environ.get("PORTOLAN_OPEN") == "true"


# --- http -------------------------------------------------------------------------------------------------------------


def _http(request, context):
    is_api = _comes_from_gateway(request)
    triggers = [trigger for trigger in of_kind("http") if trigger["host"] == ("api" if is_api else "own")]
    asked = _request(request, is_api, context)
    if not NATIVE and not SETTINGS["application"]:
        return _written(web.serve(asked, triggers, lambda _, trigger: _principal(request, trigger), context))

    def handed_over(admitted):
        if SETTINGS["application"]:
            return application.on_gcp(request, context, admitted, asked)
        try:
            return _done(_call(admitted.trigger, {"id": asked.id, "source": admitted.trigger["source"]}, context))
        except calls.Failed:
            return _written(web.failure())

    return web.guarded(
        asked, triggers, lambda _, trigger: _principal(request, trigger), context, None, handed_over, _written
    )


def _comes_from_gateway(request):
    """Whether API Gateway sent it. Where the function has a host of its own too, its account must say so: otherwise
    anybody could write the header that says whom the gateway let in."""
    hosts = {trigger["host"] for trigger in of_kind("http")}
    if "PORTOLAN_GATEWAY" in os.environ:
        return "api" in hosts and _is_sent_by(request, "PORTOLAN_GATEWAY")
    return hosts == {"api"} and not _is_open()


def _request(request, is_api, context):
    headers = [(name.lower(), value) for name, value in request.headers.items()]
    forwarded = request.headers.get("x-forwarded-for", "").split(",")[-1].strip()
    too_large = request.content_length is not None and request.content_length > web.LIMIT
    return web.Request(
        id=context.id,
        time=events.now(),
        method=request.method,
        host=request.host,
        path=request.path,
        query=request.query_string.decode("utf-8", "replace"),
        headers=web.forwarded(headers) if is_api else headers,
        cookies=request.headers.getlist("cookie"),
        body=None if too_large else request.get_data(),
        address=None if is_api or not forwarded else forwarded,
    )


def _principal(request, trigger):
    """Whom API Gateway, or the invoker's check of Cloud Run, let in."""
    from . import jwt

    kind = trigger["auth"]["kind"]
    if trigger["host"] == "api":
        claims = jwt.payload(request.headers.get("x-apigateway-api-userinfo"))
        return claims and {"kind": kind, "subject": claims.get("sub"), "claims": claims}
    claims = _claims(request)
    subject = claims and (claims.get("email") or claims.get("sub"))
    return subject and {"kind": kind, "subject": subject, "claims": {}}


def _written(answer):
    response = Response(answer.body, answer.status)
    # the answer's own, and not the type that Flask adds to each
    del response.headers["content-type"]
    for name, value in [*answer.headers, *(("set-cookie", cookie) for cookie in answer.cookies)]:
        response.headers.add(name, value)
    return response
