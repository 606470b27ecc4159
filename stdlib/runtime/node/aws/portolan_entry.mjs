// The entry on AWS Lambda: `portolan_entry.handle`.

export { handle } from "./portolan_runtime/aws.mjs";
