// Messages that were taken, in the shape that events have them.

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A message: its bytes are text where they are one, else base64. */
export function told({ id, time, attempt, body, attributes }) {
  const bytes = Buffer.from(body);
  try {
    return { id, time, attempt, body: utf8.decode(bytes), encoding: "utf-8", attributes };
  } catch {
    return { id, time, attempt, body: bytes.toString("base64"), encoding: "base64", attributes };
  }
}

/** A time as events have it, `2026-11-21T03:00:00.000Z`. */
export function utc(milliseconds) {
  return new Date(milliseconds).toISOString();
}
