"""Checks that packages are what a cloud's machine can run, by installing real ones.

From:  the packages of PyPI and npm that `packages/*.json` name, through uv and npm; the ELF headers of what was installed;
       CycloneDX's own schema, from cyclonedx-python-lib; and this machine's Python, which imports what was packed for it.
Finds: native files for another processor, packages above a limit or installed too slowly, two builds that differ, what should
       have been stripped and what should not, bundles that lack something, keep too much or do not run, a bundler's complaint that
       does not name its line, lists that are no valid CycloneDX 1.6, and sets that do not import.
Blind: whether a cloud's C library is the one that is assumed, and sets for another Python or processor than this machine's,
       which are never imported.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from typing import Any

import oracle
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

BINARY = oracle.ROOT / "target/debug" / ("portolan.exe" if os.name == "nt" else "portolan")
MACHINES = {"x86-64": 62, "arm64": 183}
NEVER = ("__pycache__/", ".pyc", ".dist-info/RECORD", ".dist-info/INSTALLER", "/.bin/", ".d.ts")
built: dict[str, dict[str, Any]] = {}


def held(body: dict[str, Any]) -> list[str]:
    return list(body.get("functions", {}))


def check(documents: list[oracle.Document]) -> None:
    subprocess.run([os.environ.get("CARGO", "cargo"), "build", "--quiet", "--package", "portolan-cli"], cwd=oracle.ROOT, check=True)
    for document in documents:
        app = build_twice(document.body)
        for function, wanted in document.body.get("functions", {}).items():
            document.checked.add(function)
            for what in of_function(function, wanted, app):
                document.finding(function, what)


def build_twice(body: dict[str, Any]) -> dict[str, Any]:
    """Builds an app in two folders, each with a cache of its own; then once more without a network."""
    key = json.dumps([body["runtime"], body["files"], [function["with"] for function in body["functions"].values()]])
    if key not in built:
        with tempfile.TemporaryDirectory(prefix="portolan-oracle-") as scratch:
            folders = [pathlib.Path(scratch) / name for name in ("one", "another-name")]
            first, second = (build(body, folder, folder.with_suffix(".cache")) for folder in folders)
            again = build(body, folders[0], folders[0].with_suffix(".cache"), {"UV_OFFLINE": "1", "npm_config_offline": "true"})
        built[key] = {"first": first, "second": second, "again": again}
    return built[key]


def build(body: dict[str, Any], folder: pathlib.Path, cache: pathlib.Path, more: dict[str, str] | None = None) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    for path, text in body["files"].items():
        (folder / path).write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
    usual = {"handler": "main.handle", "triggers": {"schedule": "rate(1 hour)"}}
    written = {name: {**usual, **function["with"]} for name, function in body["functions"].items()}
    functions = {name: {key: value for key, value in one.items() if value is not None} for name, one in written.items()}
    target = {"provider": "aws", "region": "eu-west-1"}
    spec = {"portolan": 1, "app": "packed", "targets": {"aws": target}, "defaults": {"runtime": body["runtime"]}, "functions": functions}
    (folder / "portolan.json").write_text(json.dumps(spec), encoding="utf-8")
    path = os.pathsep.join([str(pathlib.Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "UV_CACHE_DIR": str(cache / "uv"), **(more or {})}
    begun = time.monotonic()
    command = [BINARY, "build", folder, "--cache", cache, "--format", "json"]
    said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)
    seconds = time.monotonic() - begun
    if said.returncode:
        return {"failed": (said.stdout + said.stderr)[:2000], "seconds": seconds}
    files = {path.relative_to(folder / "build/aws").as_posix(): path.read_bytes() for path in (folder / "build/aws").rglob("*") if path.is_file()}
    return {"files": files, "seconds": seconds}


def of_function(name: str, wanted: dict[str, Any], app: dict[str, Any]) -> list[str]:
    for build_of in app.values():
        if "fails" in wanted:
            said = build_of.get("failed", "it was built")
            return [f"it does not say {word}: {said}" for word in wanted["fails"] if word not in said]
        if "failed" in build_of:
            return [f"it cannot be built: {build_of['failed']}"]
    lock = json.loads(app["first"]["files"][f"packages/{name}/package.lock.json"])
    packed = app["first"]["files"][f"artifacts/{lock['artifact']}"]
    findings = of_lists(name, app["first"]["files"], wanted)
    for other in ("second", "again"):
        if app[other]["files"].get(f"artifacts/{lock['artifact']}") != packed:
            findings.append(f"two builds differ: the {other} is not the first")
    if app["first"]["seconds"] > wanted.get("seconds", 600):
        findings.append(f"it took {app['first']['seconds']:.0f} s")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
        heads = {entry.filename: archive.read(entry)[:20] for entry in archive.infolist()}
        if wanted.get("imports"):
            findings += of_run(archive, [sys.executable, "-I", "-c", "import sys; sys.path.insert(0, '.'); " + wanted["imports"]])
        if wanted.get("runs"):
            findings += of_run(archive, ["node", "--input-type=module", "-e", wanted["runs"]])
    findings += [f"it has no {path}" for path in wanted.get("has", []) if path not in sizes]
    findings += [f"it has {path}" for path in wanted.get("lacks", []) if any(known.startswith(path) for known in sizes)]
    if lock["unpacked"] != sum(sizes.values()) or lock["packed"] != len(packed):
        findings.append("the lock names other sizes than the package has")
    if sum(sizes.values()) > wanted["most"]:
        findings.append(f"it has {sum(sizes.values())} bytes, and {wanted['most']} are allowed")
    findings += [f"{path} was not stripped" for path in sizes if any(word in path for word in NEVER)]
    native = {path: struct.unpack("<H", head[18:20])[0] for path, head in heads.items() if head.startswith(b"\x7fELF")}
    if not native and wanted.get("native", True):
        findings.append("it holds no native file")
    findings += [f"{path} is for machine {machine}" for path, machine in native.items() if machine != MACHINES[wanted["machine"]]]
    print(
        f"        {name}: {hashlib.sha256(packed).hexdigest()[:16]}, {sum(sizes.values()) / 1e6:.1f} MB in {len(sizes)} files, "
        f"{len(packed) / 1e6:.1f} MB packed, {len(native)} native files; built in {app['first']['seconds']:.1f} s, "
        f"again in {app['again']['seconds']:.1f} s"
    )
    return findings


def of_lists(name: str, files: dict[str, bytes], wanted: dict[str, Any]) -> list[str]:
    lock = json.loads(files[f"packages/{name}/package.lock.json"])
    bom = files[f"packages/{name}/sbom.cdx.json"].decode()
    findings = []
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(bom)
    if wrong:
        findings.append(f"its list is no CycloneDX 1.6: {str(wrong).splitlines()[0]}")
    listed = {component["purl"].split("@")[0].split("/")[-1] for component in json.loads(bom)["components"]}
    packages = {package["name"].split("/")[-1] for package in lock["packages"]}
    if listed != packages:
        findings.append(f"the lists differ: {sorted(listed ^ packages)}")
    findings += [f"{package} is not listed" for package in wanted["packages"] if package not in packages]
    findings += [f"{package['name']} has no hash" for package in lock["packages"] if not package.get("hash")]
    return findings


def of_run(archive: zipfile.ZipFile, command: list[str]) -> list[str]:
    """Runs a program in the folder of what was packed."""
    with tempfile.TemporaryDirectory(prefix="portolan-oracle-") as folder:
        archive.extractall(folder)
        said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=folder, timeout=120)
        return [] if said.returncode == 0 else [f"it does not run: {said.stderr.strip().splitlines()[-1:]}"]


def runtime_here(text: str) -> Any:
    """`{here}` in a document is this machine's Python."""
    here = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return oracle.load_json(text.replace("{here}", here))


if __name__ == "__main__":
    table = oracle.Oracle("packages", "*.json", held, check, runtime_here)
    table.folders = ("oracles/packages",)
    oracle.run(table)
