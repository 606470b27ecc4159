"""Writes `compiler/behaviour/data/*.deflate`: how properties of providers' types behave when they change.

From:  the packages in requirements-behaviour.txt and packages-behaviour.txt, the schemas of Terraform's Google providers, and
       names/google_force_new.txt. The heads of behaviour_aws.py, behaviour_gcp.py, behaviour_gcp_dm.py and behaviour_azure.py
       say what is read of which.
Out:   a file a format, packed; the head of behaviour_text.py says how to read it.

usage: behaviour_data.py FOLDER
"""

from __future__ import annotations

import functools
import pathlib
import sys

import behaviour_aws
import behaviour_azure
import behaviour_gcp
import behaviour_gcp_dm
import behaviour_text

FACTS = pathlib.Path(__file__).resolve().parents[2] / ".oracles"
TABLES = {
    "aws": lambda: behaviour_aws.text(FACTS / "service-spec.json"),
    "azure": behaviour_azure.text,
    "gcp": lambda: behaviour_gcp.text(FACTS / "terraform.json"),
    "gcp-dm": behaviour_gcp_dm.text,
}


@functools.cache
def table(format: str) -> str:
    """The text of a format's table."""
    return TABLES[format]()


def main(folder: str) -> None:
    for format in TABLES:
        behaviour_text.write(pathlib.Path(folder) / f"{format}.deflate", table(format))
        print(f"{format}: {len(behaviour_text.types_of(table(format)))} types")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
