// Cross-origin requests, where the platform leaves them to the entry.

const asks = ["access-control-request-method", "access-control-request-headers"];

/**
 * The answer to a preflight: none where a route for OPTIONS takes it, or no trigger behind its path answers for cors.
 */
export function preflight({ method, headers }, { all, found }) {
  const asked = headers[asks[0]];
  if (method !== "OPTIONS" || asked === undefined || headers.origin === undefined) return undefined;
  if (found?.route.method === "OPTIONS") return undefined;
  const ruled = all.filter(({ trigger }) => trigger.cors);
  const meant = ruled.find(({ route }) => [asked, "ANY"].includes(route.method)) ?? ruled[0];
  if (meant === undefined) return undefined;
  const { cors } = meant.trigger;
  const allowed = origin(cors, headers.origin);
  const permitted = allowed.length > 0 ? permissions(cors) : [];
  return {
    status: 204,
    headers: [...varying(cors, [], asks), ...allowed, ...permitted],
    cookies: [],
    body: Buffer.alloc(0),
  };
}

/** An answer with what a browser wants to see before it shows it to another origin. */
export function withCors(trigger, { headers }, answer) {
  if (!trigger?.cors) return answer;
  const kept = answer.headers.filter(([name]) => !/^access-control-allow-(?:origin|credentials)$/.test(name));
  return { ...answer, headers: [...varying(trigger.cors, kept, []), ...origin(trigger.cors, headers.origin)] };
}

// The Fetch standard refuses credentials beside `*`, and so do we.
function origin({ origins, credentials }, origin) {
  if (origin === undefined) return [];
  if (origins.includes("*")) return [["access-control-allow-origin", "*"]];
  if (!origins.includes(origin)) return [];
  const allowed = [["access-control-allow-origin", origin]];
  return credentials ? [...allowed, ["access-control-allow-credentials", "true"]] : allowed;
}

function permissions({ methods, headers, max_age: age }) {
  const pairs = [
    ["access-control-allow-methods", methods.join(", ")],
    ["access-control-allow-headers", headers.join(", ")],
    ["access-control-max-age", age === null ? "" : String(age)],
  ];
  return pairs.filter(([, value]) => value !== "");
}

function varying({ origins }, headers, added) {
  const by = [...(origins.includes("*") ? [] : ["origin"]), ...added];
  if (by.length === 0) return headers;
  const said = headers.filter(([name]) => name === "vary").map(([, value]) => value);
  return [...headers.filter(([name]) => name !== "vary"), ["vary", [...said, ...by].join(", ")]];
}
