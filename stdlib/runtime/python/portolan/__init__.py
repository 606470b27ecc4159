"""Portolan for handlers in Python: events with types. Nothing here is needed; a handler may as well read the event as it came."""
