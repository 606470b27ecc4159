// Where something is: its name in the spec, and what the environment says it is called on this cloud.

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { MissingPackage, NotDeclared } from "./errors.mjs";

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** A resource or function, and the verb that it is used for. */
export class Place {
  constructor(kind, name, verb = "") {
    if (typeof name !== "string" || !NAME.test(name)) {
      throw new RangeError(`${JSON.stringify(name)} is no name of a ${kind} in a spec`);
    }
    Object.assign(this, { kind, name, verb });
  }

  /** The same for another verb. */
  to(verb) {
    return new Place(this.kind, this.name, verb);
  }

  /** `UPLOADS_BUCKET`. */
  get variable() {
    return `${this.name}_${this.kind}`.replaceAll("-", "_").toUpperCase();
  }

  /** What a variable of the environment says: `UPLOADS_BUCKET`, or one that the kind adds to it. */
  told(part = "") {
    const variable = part === "" ? this.variable : `${this.variable}_${part}`;
    const told = process.env[variable];
    if (told) return told;
    const uses = `uses: { ${this.name}: ${this.verb} }`;
    throw new NotDeclared(`\`${variable}\` is not set: the function in portolan.yaml needs \`${uses}\``);
  }

  toString() {
    return `the ${this.kind} \`${this.name}\``;
  }
}

/** A package of a provider's SDK, imported when it is first needed: the app's, wherever this file lies. */
export async function sdk(name) {
  try {
    return await import(name);
  } catch (error) {
    if (!isMissing(error, name)) throw error;
  }
  try {
    return await import(pathToFileURL(resolved(name)).href);
  } catch (error) {
    if (!isMissing(error, name)) throw error;
    throw new MissingPackage(`\`${name}\` is not installed: add it to the dependencies in package.json`, { cause: error });
  }
}

/** Where the app's own package of this name lies; from inside another package, where that one's does. */
export function resolved(name, from = join(process.cwd(), "package.json")) {
  return createRequire(from).resolve(name);
}

// Something else that is missing inside of the SDK is not ours to explain.
function isMissing(error, name) {
  const codes = ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"];
  return codes.includes(error?.code) && String(error.message).includes(`'${name}'`);
}

/** Makes each thing once in a process, whoever asks first; what failed is tried again. */
export function once(make) {
  const made = new Map();
  return (...key) => {
    const name = JSON.stringify(key);
    if (!made.has(name)) {
      const making = make(...key);
      made.set(name, making);
      making.catch(() => made.delete(name));
    }
    return made.get(name);
  };
}
