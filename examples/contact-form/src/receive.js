// Takes the form and lets go of it: everything else listens to the topic.

const { topic } = require("portolan");

const contacts = topic("contacts");

const fields = { name: 100, email: 200, phone: 40, text: 4000 };
const required = ["name", "email", "text"];

exports.handle = async (event) => {
  const letter = read(event);
  const missing = required.filter((field) => letter[field] === "");
  if (missing.length > 0) return { status: 400, body: { error: `missing: ${missing.join(", ")}` } };
  await contacts.publish(JSON.stringify({ id: event.id, time: event.time, ...letter }));
  return { status: 202, body: { received: event.time } };
};

// A form or JSON, known fields only, each cut to its length.
function read({ headers, body, encoding }) {
  const sent = encoding === "utf-8" ? parsed(headers["content-type"] ?? "", body) : {};
  const entries = Object.entries(fields).map(([field, length]) => [field, text(sent[field]).slice(0, length)]);
  return Object.fromEntries(entries);
}

function parsed(type, body) {
  if (type.startsWith("application/x-www-form-urlencoded")) return Object.fromEntries(new URLSearchParams(body));
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}

function text(value) {
  return typeof value === "string" ? value.trim() : "";
}
