// Which route a request is for.

/** All routes of some triggers that fit a decoded path, whatever their method. */
export function candidates(triggers, path) {
  return triggers.flatMap((trigger) =>
    trigger.routes.flatMap((route) => {
      const parameters = match(route.segments, path);
      return parameters === undefined ? [] : [{ trigger, route, parameters }];
    }),
  );
}

/** The one of them that a method means: the one that says most of the path in words. */
export function find(candidates, method) {
  return candidates.filter(({ route }) => [method, "ANY"].includes(route.method)).sort(bySpecificity)[0];
}

/** What the parameters of a route are in a decoded path; nothing where it does not fit. */
export function match(segments, path) {
  const parts = path === "/" ? [] : path.slice(1).split("/");
  const parameters = [];
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (segment.rest) return rest(parameters, parts.slice(index), segments.length === 1);
    if (part === undefined || (segment.literal ?? part) !== part) return undefined;
    if (segment.parameter === undefined) continue;
    if (part === "") return undefined;
    parameters.push([segment.parameter, part]);
  }
  return parts.length === segments.length ? Object.fromEntries(parameters) : undefined;
}

// `/files/*` fits `/files/`, which ends in an empty part, but not `/files`; `/*` fits `/`.
function rest(parameters, parts, isRoot) {
  return parts.length === 0 && !isRoot ? undefined : Object.fromEntries([...parameters, ["*", parts.join("/")]]);
}

// A word before a parameter before the rest, from left to right; then the method itself before ANY.
function bySpecificity({ route: left }, { route: right }) {
  for (let index = 0; index < left.segments.length || index < right.segments.length; index += 1) {
    const difference = rank(left.segments[index]) - rank(right.segments[index]);
    if (difference !== 0) return difference;
  }
  return (left.method === "ANY") - (right.method === "ANY");
}

function rank(segment) {
  if (segment === undefined) return 0;
  if (segment.literal !== undefined) return 1;
  return segment.rest ? 3 : 2;
}
