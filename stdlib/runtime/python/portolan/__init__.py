"""Portolan for functions in Python: events with types (`portolan.events`), and the neutral client, the verbs of the spec on every
cloud. Nothing here is needed: a handler may as well read the event as it came and ask the cloud's own SDK."""

from .client import Bucket, Bus, Function, Message, Parameter, Queue, Secret, Table, Topic
from .client import bucket, bus, function, parameter, queue, secret, table, topic
from .client_errors import AlreadyExists, Changed, Denied, Failed, MissingPackage, NotDeclared, NotFound, PortolanError
from .client_values import Item

__all__ = [
    "AlreadyExists",
    "Bucket",
    "Bus",
    "Changed",
    "Denied",
    "Failed",
    "Function",
    "Item",
    "Message",
    "MissingPackage",
    "NotDeclared",
    "NotFound",
    "Parameter",
    "PortolanError",
    "Queue",
    "Secret",
    "Table",
    "Topic",
    "bucket",
    "bus",
    "function",
    "parameter",
    "queue",
    "secret",
    "table",
    "topic",
]
