// What may go wrong. The provider's own error, where there is one, is the `cause`.

/** What all errors of the client have in common. */
export class PortolanError extends Error {
  get name() {
    return this.constructor.name;
  }
}

/** The function does not use this in its spec, so that nobody told it what it is called here. */
export class NotDeclared extends PortolanError {}

/** The SDK of this cloud is not among the function's packages. */
export class MissingPackage extends PortolanError {}

/** There is no such object, item, queue, topic, secret or function. */
export class NotFound extends PortolanError {}

/** There is one already, and it was not to be overwritten. */
export class AlreadyExists extends PortolanError {}

/** Somebody else wrote in between, or the item is gone. */
export class Changed extends PortolanError {}

/** The cloud does not allow it. S3 says so, too, of objects that do not exist, to those who may not `list`. */
export class Denied extends PortolanError {}

/** Anything else that the cloud, or a function that was invoked, has to say. */
export class Failed extends PortolanError {}
