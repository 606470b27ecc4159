"""A package for tests: the runtime's modules, with settings of the test's own."""

import importlib
import json
import os
import pathlib
import shutil
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[1]
SETTINGS = {
    "version": 1, "provider": "aws", "app": "podcast", "target": "prod", "region": "somewhere", "stack": "podcast-prod", "function": "f",
    "timeout": 30, "payload": "neutral", "handler": None, "application": None, "triggers": [],
}  # fmt: skip


def load(*names, **settings):
    """Modules of the runtime in a fresh package."""
    folder = tempfile.mkdtemp(prefix="portolan-test-")
    shutil.copytree(SOURCE / "portolan_runtime", os.path.join(folder, "portolan_runtime"))
    with open(os.path.join(folder, "portolan_entry.json"), "w", encoding="utf-8") as text:
        json.dump({**SETTINGS, **settings}, text)
    for known in [known for known in sys.modules if known.split(".")[0] == "portolan_runtime"]:
        del sys.modules[known]
    sys.path.insert(0, folder)
    try:
        found = [importlib.import_module(f"portolan_runtime.{name}") for name in names]
    finally:
        sys.path.remove(folder)
        shutil.rmtree(folder)
    return found if len(found) > 1 else found[0]
