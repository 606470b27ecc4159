// The entry on Azure Functions: declares a function for each trigger.

import { app } from "@azure/functions";

import { register } from "./portolan_runtime/azure.mjs";

await register(app);
