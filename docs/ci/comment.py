#!/usr/bin/env python3
"""Keeps one comment on a pull or merge request up to date.

In:  a Markdown file whose first line is the hidden marker that `portolan plan --markdown` writes, and the variables that
     GitHub Actions, GitLab CI and Azure Pipelines set themselves.
Out: the comment with that marker is written anew, or made when there is none. Nothing else is touched.

The token comes from the environment alone (GITHUB_TOKEN, PORTOLAN_GITLAB_TOKEN, SYSTEM_ACCESSTOKEN) and is never printed.
"""

from __future__ import annotations

import json
import os
import pathlib
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

MARKER = "<!-- portolan-plan: "
PAGE = 100
TIMEOUT = 30


class Api:
    """A JSON interface with a token."""

    def __init__(self, base: str, headers: dict[str, str]) -> None:
        self.base = base.rstrip("/")
        self.headers = {"Content-Type": "application/json", "User-Agent": "portolan", **headers}

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, self.headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path.partition('?')[0]}: {error.code} {error.reason}")
        except urllib.error.URLError as error:
            sys.exit(f"{method} {path.partition('?')[0]}: {error.reason}")

    def pages(self, path: str) -> Iterator[Any]:
        """Everything in a list, page by page; a page that is not full is the last."""
        number = 1
        while True:
            page = self.ask("GET", f"{path}?per_page={PAGE}&page={number}")
            yield from page
            if len(page) < PAGE:
                return
            number += 1


def variable(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        sys.exit(f"{name} is not set")
    return value


def marked(body: str | None, marker: str) -> bool:
    return (body or "").splitlines()[:1] == [marker]


def github(text: str, marker: str) -> str:
    event = json.loads(pathlib.Path(variable("GITHUB_EVENT_PATH")).read_text(encoding="utf-8"))
    if "pull_request" not in event:
        sys.exit("this run is not of a pull request")
    number = int(event["pull_request"]["number"])
    token = variable("GITHUB_TOKEN")
    api = Api(variable("GITHUB_API_URL"), {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"})
    issues = f"/repos/{variable('GITHUB_REPOSITORY')}/issues"
    for comment in api.pages(f"{issues}/{number}/comments"):
        if marked(comment["body"], marker):
            api.ask("PATCH", f"{issues}/comments/{comment['id']}", {"body": text})
            return "updated"
    api.ask("POST", f"{issues}/{number}/comments", {"body": text})
    return "created"


def gitlab(text: str, marker: str) -> str:
    api = Api(variable("CI_API_V4_URL"), {"PRIVATE-TOKEN": variable("PORTOLAN_GITLAB_TOKEN")})
    project = urllib.parse.quote(variable("CI_PROJECT_ID"), safe="")
    notes = f"/projects/{project}/merge_requests/{int(variable('CI_MERGE_REQUEST_IID'))}/notes"
    for note in api.pages(notes):
        if marked(note["body"], marker):
            api.ask("PUT", f"{notes}/{note['id']}", {"body": text})
            return "updated"
    api.ask("POST", notes, {"body": text})
    return "created"


def azure_devops(text: str, marker: str) -> str:
    api = Api(variable("SYSTEM_COLLECTIONURI"), {"Authorization": f"Bearer {variable('SYSTEM_ACCESSTOKEN')}"})
    project = urllib.parse.quote(variable("SYSTEM_TEAMPROJECT"), safe="")
    repository = urllib.parse.quote(variable("BUILD_REPOSITORY_ID"), safe="")
    number = int(variable("SYSTEM_PULLREQUEST_PULLREQUESTID"))
    threads = f"/{project}/_apis/git/repositories/{repository}/pullRequests/{number}/threads"
    version = "?api-version=7.1"
    for thread in api.ask("GET", threads + version)["value"]:
        for comment in thread.get("comments") or []:
            if marked(comment.get("content"), marker):
                at = f"{threads}/{thread['id']}/comments/{comment['id']}{version}"
                api.ask("PATCH", at, {"content": text})
                return "updated"
    comment = {"parentCommentId": 0, "content": text, "commentType": 1}
    api.ask("POST", threads + version, {"comments": [comment], "status": 1})
    return "created"


SYSTEMS = {"github": github, "gitlab": gitlab, "azure-devops": azure_devops}


def main() -> None:
    if len(sys.argv) != 3 or sys.argv[1] not in SYSTEMS:
        sys.exit(f"usage: comment.py {'|'.join(SYSTEMS)} FILE")
    text = pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")
    marker = text.partition("\n")[0]
    if not (marker.startswith(MARKER) and marker.endswith(" -->")):
        sys.exit(f"{sys.argv[2]} does not begin with the marker of a plan")
    print(f"comment {SYSTEMS[sys.argv[1]](text, marker)}")


main()
