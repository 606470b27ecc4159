"""From a method and a path to a route and its parameters."""

_LITERAL, _PARAMETER, _REST = range(3)


def find(triggers, method, path):
    """The trigger, route and parameters that fit best, or None: what is literal wins over a parameter, a parameter over the
    rest, from the left; a method of its own over ANY."""
    fitting = [
        (trigger, route, parameters)
        for trigger in triggers
        for route in trigger["routes"]
        if route["method"] in (method, "ANY") and (parameters := match(route, path)) is not None
    ]
    return min(fitting, key=lambda one: _rank(one[1]), default=None)


def match(route, path):
    """The parameters with which a decoded path fits a route, or None. What `*` matched is called `*`."""
    given, parameters = path[1:].split("/") if path != "/" else [], {}
    for at, segment in enumerate(route["segments"]):
        if "rest" in segment:
            # `/files/*` fits `/files/`, which ends in an empty segment, but not `/files`
            return {**parameters, "*": "/".join(given[at:])} if at < len(given) or at == 0 else None
        if at >= len(given):
            return None
        if "literal" in segment and segment["literal"] != given[at]:
            return None
        if "parameter" in segment:
            if not given[at]:
                return None
            parameters[segment["parameter"]] = given[at]
    return parameters if len(given) == len(route["segments"]) else None


def _rank(route):
    kinds = [
        _REST if "rest" in segment else _PARAMETER if "parameter" in segment else _LITERAL
        for segment in route["segments"]
    ]
    # the end of a path is worth less than any segment in its place but the rest
    return [*kinds, _REST], route["method"] == "ANY"
