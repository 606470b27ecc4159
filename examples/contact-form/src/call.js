// Hands calls to the desk, one by one: what fails is delivered again, what worked is not.

exports.handle = async ({ messages }) => {
  const outcomes = await Promise.allSettled(messages.map(hand));
  const failed = messages.filter((_, at) => outcomes[at].status === "rejected").map(({ id }) => id);
  for (const { reason } of outcomes) if (reason) console.error(reason);
  return { failed };
};

async function hand({ body, attempt }) {
  const answer = await fetch(process.env.DESK, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...JSON.parse(body), attempt }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`the desk answered ${answer.status}`);
}
