// Keeps servers that listen everywhere, as functions-framework does, to this machine.

const { Server } = require("node:net");

const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ...others) {
  const isPort = typeof port === "number" || (typeof port === "string" && /^\d+$/.test(port));
  return listen.call(this, isPort ? { port: Number(port), host: "127.0.0.1" } : port, ...others);
};
