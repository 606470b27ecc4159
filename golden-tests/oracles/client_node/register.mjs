// Makes `portolan` mean the package of this repository, for modules; for `require` there is NODE_PATH. With PORTOLAN_LOOPBACK
// SDKs that would not talk to a server on the loopback are those of loopback.mjs.

import { register } from "node:module";

const here = new URL("../../../stdlib/runtime/node/portolan/index.mjs", import.meta.url).href;
const loopback = new URL("loopback.mjs", import.meta.url).href;
const led = [
  "@azure/cosmos",
  "@azure/eventgrid",
  "@azure/identity",
  "@azure/keyvault-secrets",
  "@azure/service-bus",
  "@azure/storage-blob",
  "@google-cloud/parametermanager",
  "@google-cloud/secret-manager",
];
const leads = process.env.PORTOLAN_LOOPBACK ? Object.fromEntries(led.map((name) => [name, loopback])) : {};
const hook = `
  const leads = ${JSON.stringify({ portolan: here, ...leads })};
  export const resolve = (name, context, next) => next(leads[name] ?? name, context);
`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
