"""The entry on AWS Lambda: `portolan_entry.handle`."""

from portolan_runtime.aws import handle  # noqa: F401
