// The entry on Google Cloud: the http function `portolan`.

export { portolan } from "./portolan_runtime/gcp.mjs";
