"""What may go wrong. The provider's own error, where there is one, is the cause (`__cause__`)."""


class PortolanError(Exception):
    """What all errors of the client have in common."""


class NotDeclared(PortolanError):
    """The function does not use this in its spec, so that nobody told it what it is called here."""


class MissingPackage(PortolanError):
    """The SDK of this cloud is not among the function's packages."""


class NotFound(PortolanError):
    """There is no such object, item, queue, topic, bus, secret, parameter or function."""


class AlreadyExists(PortolanError):
    """There is one already, and it was not to be overwritten."""


class Changed(PortolanError):
    """Somebody else wrote in between, or the item is gone."""


class Denied(PortolanError):
    """The cloud does not allow it. S3 says so, too, of objects that do not exist, to those who may not `list`."""


class Failed(PortolanError):
    """Anything else that the cloud, or a function that was invoked, has to say."""
