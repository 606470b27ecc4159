"""What runs a handler on every cloud: native events come in, neutral ones go to the handler, its answers go back.

`docs/events.md` is the contract. One module a cloud (`aws`, `gcp`, `azure`) reads what its platform sends and writes what it
expects; all others know no cloud. Start with `events`, then `calls`, `web`, and one cloud.
"""
