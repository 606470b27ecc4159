"""Requests on AWS Lambda: format 2.0 of HTTP APIs and function URLs."""

import base64
from urllib.parse import unquote

from . import events, routes, web
from .settings import NATIVE, SETTINGS, of_kind

if SETTINGS["application"]:
    from . import application


def serve(event, context, call):
    """Answers a request."""
    request, triggers, found = _request(event)
    known = event["requestContext"].get("authorizer") or {}

    def principal(_, trigger):
        return _principal(known, trigger["auth"]["kind"])

    if not NATIVE and not SETTINGS["application"]:
        return _written(web.serve(request, triggers, principal, context, found))

    def handed_over(admitted):
        if NATIVE:
            return call(admitted.trigger, {"id": request.id, "source": admitted.trigger["source"]}, context)
        return application.on_aws(event, context, admitted, request)

    return web.guarded(request, triggers, principal, context, found, handed_over, _written)


def _request(event):
    about = event["requestContext"]
    host = about["domainName"]
    # Function URLs hand over the path as it was sent; HTTP APIs have decoded it and matched a route.
    is_url = ".lambda-url." in host
    path = (unquote(event["rawPath"]) if is_url else event["rawPath"]) or "/"
    triggers = [trigger for trigger in of_kind("http") if trigger["host"] == "own" or not is_url]
    body = event.get("body") or ""
    request = web.Request(
        id=about["requestId"],
        time=events.of_milliseconds(about["timeEpoch"]),
        method=about["http"]["method"].upper(),
        host=host,
        path=path,
        query=event.get("rawQueryString") or "",
        headers=[(name.lower(), value) for name, value in event["headers"].items()],
        cookies=event.get("cookies") or [],
        body=base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode(),
        address=about["http"]["sourceIp"],
    )
    return request, triggers, None if is_url else _routed(event, triggers, path)


def _routed(event, triggers, path):
    """The route with API Gateway's key; where its key is of a route taken apart, `None`, and the path decides."""
    for trigger in triggers:
        for route in trigger["routes"]:
            if _key(route) == event["routeKey"]:
                matched = routes.match(route, path)
                return trigger, route, _parameters(event) if matched is None else matched
    return None


def _parameters(event):
    given = dict(event.get("pathParameters") or {})
    return {("*" if name == "proxy" else name): value for name, value in given.items()}


def _key(route):
    """A route as API Gateway names it: its catch-all is `$default`, the rest of a path `{proxy+}`."""
    if route["http"] == "ANY /*":
        return "$default"
    parts = [
        "{proxy+}" if "rest" in part else part.get("literal") or f"{{{part['parameter']}}}"
        for part in route["segments"]
    ]
    return f"{route['method']} /{'/'.join(parts)}"


def _principal(known, kind):
    """Whom API Gateway's authorizer, or the signature of a request, let in."""
    if kind == "jwt" and "jwt" in known:
        claims = known["jwt"]["claims"]
        return {"kind": kind, "subject": claims.get("sub"), "claims": claims}
    if kind == "iam" and "iam" in known:
        return {"kind": kind, "subject": known["iam"]["userArn"], "claims": {}}
    if kind == "function" and "lambda" in known:
        claims = known["lambda"] or {}
        return {"kind": kind, "subject": claims.get("sub"), "claims": claims}
    return None


def _written(answer):
    headers = {}
    for name, value in answer.headers:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    body = answer.body.decode() if answer.text else base64.b64encode(answer.body).decode()
    coded = not answer.text and bool(answer.body)
    return {
        "statusCode": answer.status,
        "headers": headers,
        "cookies": answer.cookies,
        "body": body,
        "isBase64Encoded": coded,
    }
