"""Runs the steps of the recipes in a repository with an app, and looks at what they did.

The shell steps run as written; steps that use other people's actions are played: a checkout is there already, an upload keeps
the files, findings are read as what they claim to be. Expressions are worked out as far as the recipes use them. The systems'
interfaces are stand-ins: `ci_stand_in.py` for comments, a script in place of `gh` for saved plans.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import ci_stand_in
import oracle

BINARY = oracle.ROOT / "target/debug" / ("portolan.exe" if os.name == "nt" else "portolan")
APP = oracle.ROOT / "examples/todos"
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
MACRO = re.compile(r"\$\(([A-Za-z.]+)\)")
VARIABLE = re.compile(r"##vso\[task\.setvariable variable=([\w.]+)[^\]]*\](.*)")
MINE = "portolan-dev/portolan@"
# lists the saved plan, or nothing where there is none
GH = """#!/usr/bin/env bash
case "$1 $2" in
"api "*) cat "$SAVED/head" ;;
"run list") echo 7 ;;
"run download") mkdir -p "$7" && cp "$SAVED"/plan/* "$7" ;;
*) exit 64 ;;
esac
"""


@dataclasses.dataclass
class Run:
    """A run of a job: where it stands, what it may read, how it ended."""

    folder: pathlib.Path
    scratch: pathlib.Path
    variables: dict[str, str]
    context: dict[str, str]
    code: int = 0
    said: str = ""
    kept: pathlib.Path | None = None

    def shell(self, script: str, more: dict[str, str]) -> int:
        environment = {**os.environ, **self.variables, **more}
        environment["PATH"] = f"{self.scratch / 'bin'}{os.pathsep}{BINARY.parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        self.said += done.stdout + done.stderr
        return done.returncode


def findings(load: Callable[[str], Any]) -> dict[str, list[tuple[str, str]]]:
    """What went wrong, by the recipe's file name."""
    build = [os.environ.get("CARGO", "cargo"), "build", "--quiet", "--package", "portolan-cli"]
    subprocess.run(build, cwd=oracle.ROOT, check=True)

    def read(path: str) -> Any:
        return load((oracle.ROOT / path).read_text(encoding="utf-8"))

    found: dict[str, list[tuple[str, str]]] = {}
    for name, look in {
        "plan.yml": lambda: github_plan(read("docs/ci/github/plan.yml"), read("action.yml")),
        "apply.yml": lambda: github_apply(read("docs/ci/github/plan.yml"), read("docs/ci/github/apply.yml"), read("action.yml")),
        "plan.gitlab-ci.yml": lambda: gitlab(read("docs/ci/gitlab/plan.gitlab-ci.yml")),
        "azure-pipelines.yml": lambda: azure(read("docs/ci/azure-devops/azure-pipelines.yml")),
    }.items():
        found[name] = [(f"a run: {title}", "is not so") for title, holds in look() if not holds]
    return found


# --- a repository -----------------------------------------------------------------------------------------------------


def git(folder: pathlib.Path, *words: str) -> str:
    settings = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *settings, *words], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=True)
    return done.stdout.strip()


@contextlib.contextmanager
def repository(change: Callable[[pathlib.Path], None]) -> Iterator[tuple[pathlib.Path, pathlib.Path]]:
    """A repository with an app and a change of it, and a folder beside it."""
    with tempfile.TemporaryDirectory(prefix="portolan-ci-") as temporary:
        scratch = pathlib.Path(temporary)
        folder = scratch / "repository"
        shutil.copytree(APP, folder)
        shutil.copytree(oracle.ROOT / "docs/ci", folder / "docs/ci")
        (folder / ".portolanignore").write_text("docs\n", encoding="utf-8")
        git(folder, "init", "--quiet", "--initial-branch=main")
        commit(folder, "an app")
        change(folder)
        commit(folder, "a change")
        (scratch / "bin").mkdir()
        script = scratch / "bin/gh"
        script.write_text(GH, encoding="utf-8")
        script.chmod(0o755)
        yield folder, scratch


def commit(folder: pathlib.Path, title: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", title)


def edit(old: str, new: str) -> Callable[[pathlib.Path], None]:
    def change(folder: pathlib.Path) -> None:
        spec = folder / "portolan.yaml"
        text = spec.read_text(encoding="utf-8")
        assert old in text, old
        spec.write_text(text.replace(old, new), encoding="utf-8")

    return change


MORE_MEMORY = edit("list: { handler", "list: { memory: 1GB, handler")
NOTHING = lambda _: None  # noqa: E731
BROKEN = edit("items: scan", "item: scan")


def table_gone(folder: pathlib.Path) -> None:
    """Another key makes the table anew, and nobody agreed to that."""
    edit("key: { id: string }", "key: { name: string }")(folder)
    (folder / "portolan.approvals.json").write_text('{"approvals": []}\n', encoding="utf-8")


# --- GitHub -----------------------------------------------------------------------------------------------------------


def github_plan(recipe: Any, action: Any) -> Iterator[tuple[str, bool]]:
    with repository(MORE_MEMORY) as (folder, scratch), ci_stand_in.serving() as api:
        run = pull_request(recipe, action, folder, scratch, api, ours=True)
        plan = json.loads((scratch / "portolan-plan/plan.json").read_text(encoding="utf-8"))
        yield f"a change ends with 0, not {run.code}: {run.said[-2000:]}", run.code == 0
        yield "it says that something changes", run.context.get("steps.plan.outputs.has_changes") == "true"
        yield "it gives the id of the saved plan", run.context.get("steps.plan.outputs.plan_id") == plan["id"]
        yield "it gives the exit code", run.context.get("steps.plan.outputs.exit_code") == "0"
        summary = (scratch / "summary").read_text(encoding="utf-8")
        yield "the step has a summary", summary.startswith("<!-- portolan-plan: todos ")
        yield "one comment is made", "comment created" in run.said and len(api.ours()) == 1
        yield "the comment is the plan", api.ours()[:1] == [(scratch / "portolan-plan/plan.md").read_text(encoding="utf-8")]
        yield "the plan is kept", run.kept is not None and (run.kept / "plan.json").is_file()
        edit("1GB", "2GB")(folder)
        commit(folder, "another change")
        again = pull_request(recipe, action, folder, scratch, api, ours=True)
        yield "the comment is written anew", "comment updated" in again.said and len(api.ours()) == 1
        yield "it holds the new plan", api.ours()[:1] == [(scratch / "portolan-plan/plan.md").read_text(encoding="utf-8")]
        yield "other comments are left alone", api.untouched()
        asked = api.count()
        strange = pull_request(recipe, action, folder, scratch, api, ours=False)
        yield "a stranger's request is planned and says nothing to the interface", (strange.code, api.count()) == (0, asked)
    with repository(NOTHING) as (folder, scratch), ci_stand_in.serving() as api:
        run = pull_request(recipe, action, folder, scratch, api, ours=True)
        yield "no change ends with 0", run.code == 0 and run.context.get("steps.plan.outputs.has_changes") == "false"
    with repository(table_gone) as (folder, scratch), ci_stand_in.serving() as api:
        run = pull_request(recipe, action, folder, scratch, api, ours=True)
        yield f"a missing approval ends with 4, not {run.code}: {run.said[-2000:]}", run.code == 4
        yield "it says which is missing", "data-loss:items.table" in run.context.get("steps.plan.outputs.approvals", "")
        yield "it is commented all the same", len(api.ours()) == 1 and "data-loss:items.table" in api.ours()[0]
        yield "it is kept all the same", run.kept is not None
        yield "it is shown at its line", "::error file=portolan.yaml,line=" in run.said
    with repository(BROKEN) as (folder, scratch), ci_stand_in.serving() as api:
        run = pull_request(recipe, action, folder, scratch, api, ours=True)
        yield "a mistake in the spec ends with 3 and is no plan", (run.code, run.kept, len(api.ours())) == (3, None, 0)


def github_apply(plan: Any, recipe: Any, action: Any) -> Iterator[tuple[str, bool]]:
    with repository(MORE_MEMORY) as (folder, scratch), ci_stand_in.serving() as api:
        before = git(folder, "rev-parse", "HEAD^1")
        reviewed = pull_request(plan, action, folder, scratch, api, ours=True)
        shutil.copytree(reviewed.kept or folder, scratch / "plan")
        head = scratch / "head"
        head.write_text(git(folder, "rev-parse", "HEAD"), encoding="utf-8")
        good = push(recipe, action, folder, scratch, before)
        yield f"the plan that was reviewed goes on: {good.code} {good.said[-2000:]}", good.code == 0
        commit(folder, "somebody else's")
        after = push(recipe, action, folder, scratch, git(folder, "rev-parse", "HEAD^1"))
        yield "another base is another plan", after.code == 5 and "plan again" in after.said
        saved = scratch / "plan/plan.json"
        text = saved.read_text(encoding="utf-8")
        saved.write_text(text.replace('"update": 1', '"update": 0', 1), encoding="utf-8")
        edited = push(recipe, action, folder, scratch, before)
        yield "an edited plan is refused", edited.code not in (0, 5) and "not that of its content" in edited.said
        saved.write_text(text, encoding="utf-8")
        head.write_text("", encoding="utf-8")
        unseen = push(recipe, action, folder, scratch, before)
        yield "what came with no request is refused", unseen.code == 1 and "nobody reviewed" in unseen.said


def pull_request(recipe: Any, action: Any, folder: pathlib.Path, scratch: pathlib.Path, api: Any, *, ours: bool) -> Run:
    event = scratch / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 12}}), encoding="utf-8")
    head = "acme/todos" if ours else "stranger/todos"
    context = {"github.event.pull_request.head.repo.full_name": head, "github.event.pull_request.number": "12"}
    run = github_run(folder, scratch, context)
    run.variables |= {"GITHUB_EVENT_PATH": str(event), "GITHUB_API_URL": api.url}
    return job(run, recipe["jobs"]["plan"], action)


def push(recipe: Any, action: Any, folder: pathlib.Path, scratch: pathlib.Path, before: str) -> Run:
    run = github_run(folder, scratch, {"github.event.before": before})
    run.variables |= {"SAVED": str(scratch), "GITHUB_SHA": git(folder, "rev-parse", "HEAD")}
    shutil.rmtree(scratch / "reviewed", ignore_errors=True)
    return job(run, recipe["jobs"]["apply"], action)


def github_run(folder: pathlib.Path, scratch: pathlib.Path, context: dict[str, str]) -> Run:
    context |= {"github.repository": "acme/todos", "github.token": ci_stand_in.TOKEN, "github.action_path": str(folder)}
    variables = {"GITHUB_REPOSITORY": "acme/todos", "GITHUB_STEP_SUMMARY": str(scratch / "summary"), "RUNNER_TEMP": str(scratch)}
    (scratch / "summary").unlink(missing_ok=True)
    return Run(folder, scratch, variables, context)


def job(run: Run, said: Any, action: Any) -> Run:
    for name, value in said.get("env", {}).items():
        run.context[f"env.{name}"] = filled(value, run.context)
    for step in said["steps"]:
        if run.code == 0 and wanted(step, run.context):
            run.code = one_step(run, step, action)
    return run


def one_step(run: Run, step: Any, action: Any) -> int:
    uses = step.get("uses", "")
    given = {name: filled(value, run.context) for name, value in step.get("with", {}).items()}
    if uses.startswith(MINE):
        return composite(run, step.get("id", "own"), given, action)
    if uses.startswith("github/codeql-action/upload-sarif@"):
        sarif = json.loads((run.folder / given["sarif_file"]).read_text(encoding="utf-8"))
        return 0 if sarif["version"] == "2.1.0" and sarif["runs"] else 1
    if uses.startswith("actions/upload-artifact@"):
        run.kept = run.scratch / "kept"
        shutil.copytree(run.folder / given["path"], run.kept, dirs_exist_ok=True)
        return 0
    if uses:
        return 0
    return script_step(run, step, run.context)


def composite(run: Run, name: str, given: dict[str, str], action: Any) -> int:
    """The steps of the action see its inputs and their own outputs; what it declares is what its user sees."""
    inside = {key: value for key, value in run.context.items() if key.startswith("github.")}
    for key, said in action["inputs"].items():
        inside[f"inputs.{key}"] = given.get(key, filled(said.get("default", ""), inside))
    unknown = sorted(set(given) - set(action["inputs"]))
    if unknown:
        run.said += f"the action has no input {unknown}"
        return 1
    for step in action["runs"]["steps"]:
        code = script_step(run, step, inside) if wanted(step, inside) else 0
        if code != 0:
            return code
    for key, said in action["outputs"].items():
        run.context[f"steps.{name}.outputs.{key}"] = filled(said["value"], inside)
    return 0


def script_step(run: Run, step: Any, context: dict[str, str]) -> int:
    output = run.scratch / "output"
    output.write_text("", encoding="utf-8")
    more = {name: filled(value, context) for name, value in step.get("env", {}).items()}
    code = run.shell(step["run"], {**more, "GITHUB_OUTPUT": str(output)})
    for name, value in outputs(output.read_text(encoding="utf-8")):
        context[f"steps.{step.get('id')}.outputs.{name}"] = value
    return code


def outputs(text: str) -> Iterator[tuple[str, str]]:
    """Reads the lines of GITHUB_OUTPUT: `name=value`, or `name<<END`, lines, `END`."""
    lines = iter(text.splitlines())
    for line in lines:
        if many := re.fullmatch(r"(\w+)<<(\w+)", line):
            value = []
            for inner in lines:
                if inner == many[2]:
                    break
                value.append(inner)
            yield many[1], "\n".join(value)
        else:
            name, _, value = line.partition("=")
            yield name, value


def wanted(step: Any, context: dict[str, str]) -> bool:
    return "if" not in step or filled(step["if"], context) == "true"


def filled(text: Any, context: dict[str, str]) -> str:
    return EXPRESSION.sub(lambda found: evaluated(found[1], context), str(text))


def evaluated(expression: str, context: dict[str, str]) -> str:
    """`a == b`, `a != b`, a text in quotes, or what the run knows under a name."""
    for operator, holds in ((" == ", lambda one, other: one == other), (" != ", lambda one, other: one != other)):
        if operator in expression:
            one, other = (evaluated(part.strip(), context) for part in expression.split(operator, 1))
            return str(holds(one, other)).lower()
    if expression.startswith("'"):
        return expression.strip("'")
    return context.get(expression, "")


# --- GitLab -----------------------------------------------------------------------------------------------------------


def gitlab(recipe: Any) -> Iterator[tuple[str, bool]]:
    with repository(MORE_MEMORY) as (folder, scratch), ci_stand_in.serving() as api:
        before = git(folder, "rev-parse", "HEAD^1")
        request = {
            "CI_API_V4_URL": api.url,
            "CI_PROJECT_ID": "34",
            "CI_MERGE_REQUEST_IID": "12",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": before,
            "PORTOLAN_GITLAB_TOKEN": ci_stand_in.TOKEN,
        }
        run = gitlab_job(recipe, "plan", folder, scratch, request)
        yield f"a change ends with 0, not {run.code}: {run.said[-2000:]}", run.code == 0
        reports = recipe["plan"]["artifacts"]["reports"]
        counts = json.loads((folder / reports["terraform"]).read_text(encoding="utf-8"))
        yield "the counts are GitLab's", counts == {"create": 0, "update": 3, "delete": 0}
        quality = json.loads((folder / reports["codequality"]).read_text(encoding="utf-8"))
        yield "the findings are a list", isinstance(quality, list)
        yield "the gates are tests", "<testsuites" in (folder / reports["junit"]).read_text(encoding="utf-8")
        yield "one note is made", "comment created" in run.said and len(api.ours()) == 1
        again = gitlab_job(recipe, "plan", folder, scratch, request)
        yield "the note is written anew", "comment updated" in again.said and len(api.ours()) == 1
        asked = api.count()
        silent = gitlab_job(recipe, "plan", folder, scratch, request | {"PORTOLAN_GITLAB_TOKEN": ""})
        yield "without a token nothing is asked", (silent.code, api.count()) == (0, asked)
        merged = gitlab_job(recipe, "plan merged", folder, scratch, {"CI_COMMIT_BEFORE_SHA": before})
        yield f"what was merged is planned: {merged.said[-2000:]}", merged.code == 0
        secret = {"AWS_TOKEN": "a-token", "GOOGLE_TOKEN": "g-token", "AZURE_TOKEN": "z-token", "CI_JOB_ID": "5"}
        tokens = secret | {"CI_BUILDS_DIR": str(scratch), "PORTOLAN_BASE": before}
        good = gitlab_job(recipe, "apply", folder, scratch, tokens)
        yield f"the plan that was reviewed goes on: {good.said[-2000:]}", good.code == 0
        held = [path for path in (scratch / "tokens").glob("*") if stat.S_IMODE(path.stat().st_mode) == 0o600]
        yield "nobody else reads the tokens", len(held) == 3
        yield "no token is printed", not any(value in good.said for key, value in secret.items() if key.endswith("TOKEN"))
        good.shell("\n".join(recipe["apply"]["after_script"]), {})
        yield "no token stays", not (scratch / "tokens").exists()
        gitlab_job(recipe, "plan merged", folder, scratch, {"CI_COMMIT_BEFORE_SHA": before})
        edit("1GB", "2GB")(folder)
        other = gitlab_job(recipe, "apply", folder, scratch, tokens)
        yield "another plan is refused", other.code == 5
    with repository(table_gone) as (folder, scratch), ci_stand_in.serving() as api:
        before = git(folder, "rev-parse", "HEAD^1")
        request |= {"CI_API_V4_URL": api.url, "CI_MERGE_REQUEST_DIFF_BASE_SHA": before}
        run = gitlab_job(recipe, "plan", folder, scratch, request)
        yield f"a missing approval ends with 4, not {run.code}", run.code == 4 and len(api.ours()) == 1


def gitlab_job(recipe: Any, name: str, folder: pathlib.Path, scratch: pathlib.Path, given: dict[str, str]) -> Run:
    said = recipe[name]
    variables = {**recipe["variables"], **recipe[said["extends"]].get("variables", {}), **said.get("variables", {}), **given}
    if "needs" not in said:
        git(folder, "clean", "-ffdxq")  # as a runner does before each job; what is needed is fetched then
    run = Run(folder, scratch, variables, {})
    run.code = run.shell("\n".join(said["script"]), {})
    return run


# --- Azure Pipelines --------------------------------------------------------------------------------------------------


def azure_steps(said: Any) -> list[Any]:
    return said["steps"] if "steps" in said else said["strategy"]["runOnce"]["deploy"]["steps"]


def azure(recipe: Any) -> Iterator[tuple[str, bool]]:
    plan, apply = (stage["jobs"][0] for stage in recipe["stages"])
    with repository(MORE_MEMORY) as (folder, scratch), ci_stand_in.serving() as api:
        run, made = azure_job(recipe, plan, folder, scratch, api)
        yield f"a change ends with 0, not {run.code}: {run.said[-2000:]}", run.code == 0
        yield "it says that something changes", made.get("portolan.hasChanges") == "true"
        name = "dependencies.plan.outputs['plan.plan.portolan.hasChanges']"
        yield "the second stage asks for what the first sets", name in recipe["stages"][1]["condition"]
        yield "the run has a page", f"##vso[task.uploadsummary]{scratch / 'portolan-plan/plan.md'}" in run.said
        yield "the gates are tests", "<testsuites" in (scratch / "portolan-plan/plan.xml").read_text(encoding="utf-8")
        yield "one comment is made", "comment created" in run.said and len(api.ours()) == 1
        again, _ = azure_job(recipe, plan, folder, scratch, api)
        yield "the comment is written anew", "comment updated" in again.said and len(api.ours()) == 1
        good, _ = azure_job(recipe, apply, folder, scratch, api)
        yield f"the plan that was reviewed goes on: {good.said[-2000:]}", good.code == 0
        edit("1GB", "2GB")(folder)
        other, _ = azure_job(recipe, apply, folder, scratch, api)
        yield "another plan is refused", other.code == 5
    with repository(table_gone) as (folder, scratch), ci_stand_in.serving() as api:
        run, made = azure_job(recipe, plan, folder, scratch, api)
        yield f"a missing approval ends with 4, not {run.code}", run.code == 4 and made.get("portolan.needsApproval") == "true"
        yield "it is commented all the same", len(api.ours()) == 1


def azure_job(recipe: Any, said: Any, folder: pathlib.Path, scratch: pathlib.Path, api: Any) -> tuple[Run, dict[str, str]]:
    """A step of which the condition begins with `succeededOrFailed` runs after one that failed, too."""
    staging = scratch / "portolan-plan"
    staging.mkdir(exist_ok=True)
    known = {one["name"]: one["value"] for one in recipe["variables"]}
    known |= {"Build.ArtifactStagingDirectory": str(staging), "System.AccessToken": ci_stand_in.TOKEN}
    known |= {"Pipeline.Workspace": str(scratch), "Agent.TempDirectory": str(scratch)}
    variables = {
        "SYSTEM_COLLECTIONURI": api.url + "/", "SYSTEM_TEAMPROJECT": "a team", "BUILD_REPOSITORY_ID": "34",
        "SYSTEM_PULLREQUEST_PULLREQUESTID": "12",
    }  # fmt: skip
    run = Run(folder, scratch, variables, {})
    for step in azure_steps(said):
        if "bash" not in step or (run.code and "succeededOrFailed()" not in step.get("condition", "")):
            continue
        more = {name: MACRO.sub(lambda found: known[found[1]], str(value)) for name, value in step.get("env", {}).items()}
        run.code = run.shell(step["bash"], more) or run.code
    return run, dict(VARIABLE.findall(run.said))
