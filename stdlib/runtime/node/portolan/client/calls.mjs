// Calling a function by a request, where the cloud's SDK has no call for it.

import { Denied, Failed, NotFound } from "./errors.mjs";

// An hour is the longest that a function may take on any cloud.
const LONGEST = 3_600_000;

/** Asks a function with a token that says who asks, and gives its answer. */
export async function post(place, url, token, input) {
  const about = `invoke of ${place}`;
  const { status, text } = await answered(about, `${url.replace(/\/+$/, "")}/portolan/invoke`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(input ?? null),
    signal: AbortSignal.timeout(LONGEST),
  });
  if (status === 401 || status === 403) throw new Denied(about);
  if (status === 404) throw new NotFound(about);
  if (status < 200 || status > 299) throw new Failed(`${about}: status ${status}`);
  return text === "" ? null : JSON.parse(text);
}

async function answered(about, url, request) {
  try {
    const answer = await fetch(url, request);
    return { status: answer.status, text: await answer.text() };
  } catch (cause) {
    throw new Failed(`${about}: ${cause.message}`, { cause });
  }
}
