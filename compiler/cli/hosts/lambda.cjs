// Lets AWS's runtime client for Node run where its native part is not built: that part only carries events and answers
// over http, which this does in its place. Loading handlers, contexts and errors stay AWS's own.

const { request } = require("node:http");
const Module = require("node:module");

const resolve = Module._resolveFilename;
Module._resolveFilename = function (name, ...others) {
  return name.endsWith("rapid-client.node") ? __filename : resolve.call(this, name, ...others);
};

let sent = Promise.resolve();

module.exports = {
  initializeClient() {},

  async next() {
    await sent;
    const { headers, body } = await ask("GET", "next");
    return { bodyJson: body, headers };
  },

  done(id, body) {
    sent = ask("POST", `${id}/response`, body);
  },

  error(id, body) {
    sent = ask("POST", `${id}/error`, body);
  },
};

function ask(method, what, body = "") {
  const url = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/${what}`;
  return new Promise((done) => {
    const headers = method === "POST" ? { "content-length": Buffer.byteLength(body) } : {};
    const asked = request(url, { method, headers }, async (response) => {
      const chunks = await response.toArray();
      done({ headers: response.headers, body: Buffer.concat(chunks).toString("utf8") });
    });
    // Without the Runtime API there is nothing to live for.
    asked.on("error", () => process.exit(1)).end(body);
  });
}
