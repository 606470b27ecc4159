// The package is types alone (`import type { QueueEvent } from "portolan"`); at run time there is nothing to import.
export {};
