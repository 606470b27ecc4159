"""Cross-origin rules, where the platform does not hold them."""

from . import routes

_ASKS = ("access-control-request-method", "access-control-request-headers")


def preflight(request, triggers):
    """The trigger whose `cors` answers a preflight, or None."""
    asked = request.header(_ASKS[0])
    if request.method != "OPTIONS" or not asked or request.header("origin") is None:
        return None
    ruled = [trigger for trigger in triggers if trigger.get("cors")]
    found = routes.find(ruled, asked.upper(), request.path)
    return found[0] if found else next((one for one in ruled if _has(one, request.path)), None)


def dressed(headers, rules, request):
    """The headers of an answer, with what lets the page of the request's origin read it."""
    origin = request.header("origin")
    open_to_all = "*" in rules["origins"]
    added = [] if open_to_all else ["origin"]
    allowed = []
    if origin is not None and (open_to_all or origin in rules["origins"]):
        allowed.append(("access-control-allow-origin", "*" if open_to_all else origin))
        # the Fetch standard refuses credentials beside `*`, and so do we
        if rules["credentials"] and not open_to_all:
            allowed.append(("access-control-allow-credentials", "true"))
        if is_preflight(request):
            allowed += _permissions(rules)
    if is_preflight(request):
        added += _ASKS
    return [*_varying(headers, added), *allowed]


def is_preflight(request):
    return request.method == "OPTIONS" and request.header(_ASKS[0]) is not None


def _permissions(rules):
    yield "access-control-allow-methods", ", ".join(rules["methods"])
    if rules["headers"]:
        yield "access-control-allow-headers", ", ".join(rules["headers"])
    if rules["max_age"] is not None:
        yield "access-control-max-age", str(rules["max_age"])


def _varying(headers, added):
    if not added:
        return headers
    said = [value for name, value in headers if name.lower() == "vary"]
    return [*(pair for pair in headers if pair[0].lower() != "vary"), ("vary", ", ".join([*said, *added]))]


def _has(trigger, path):
    return any(routes.match(route, path) is not None for route in trigger["routes"])
