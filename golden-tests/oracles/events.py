"""Checks that one handler gets one and the same event from every cloud, and that its answers become what each cloud expects.

From:  events as clouds send them (`golden-tests/events`), and the clouds' own runtime clients: awslambdaric behind a Runtime API
       of ours, functions-framework, and the decoders of azure-functions; in Node aws-lambda-ric (without its native part, which
       only carries events), functions-framework and @azure/functions with a core of ours in the place of the host's.
Finds: events, answers, failures and log lines that are not the ones of the case; triggers that an app on Azure does not declare;
       native events with a piece missing that end as a success without the handler.
Blind: what platforms do around those clients: retries, authorizers, limits of their own.
"""

from __future__ import annotations

import concurrent.futures
import json
import pathlib
import re
import subprocess
import tempfile
from typing import Any

import events_case
import events_hostile
import events_sessions
import oracle

# tokens that name unknown keys must not make an entry fetch without end
FETCHES = 5


def held(body: dict[str, Any]) -> list[str]:
    if "tests" in body:
        return [f"tests of {language}" for language in body["tests"]]
    return [f"{language} {cloud}: {run['name']}" for language, cloud, run in events_case.planned(body)]


def check(documents: list[oracle.Document]) -> None:
    """Cases of one language, cloud and package share a session, which takes longer to start than to be called."""
    events_sessions.prepare()
    shared: dict[str, list[tuple[oracle.Document, events_case.Case]]] = {}
    for document, case in [(document, events_case.read(document)) for document in documents if "tests" not in document.body]:
        for place in case.places():
            shared.setdefault(json.dumps([place, case.package(place[1])]), []).append((document, case))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(check_tests, document) for document in documents if "tests" in document.body]
        jobs += [pool.submit(check_cases, *json.loads(key)[0], cases) for key, cases in shared.items()]
        for done in jobs:
            done.result()
    for document in documents:
        document.findings.sort()


def check_tests(document: oracle.Document) -> None:
    """Runs the tests of the runtimes' own pieces."""
    for name in document.body["tests"]:
        ran = subprocess.run(events_sessions.LANGUAGES[name].tests, capture_output=True, text=True, encoding="utf-8", check=False)
        said = ran.stdout + ran.stderr
        counted = re.search(r"Ran (\d+) tests|# pass (\d+)", said)
        if ran.returncode or counted is None:
            document.finding(f"tests of {name}", said[-3000:])
        else:
            document.notes.append(f"{counted[1] or counted[2]} tests of {name}")
        document.checked.add(f"tests of {name}")


def check_cases(language: str, cloud: str, cases: list[tuple[oracle.Document, events_case.Case]]) -> None:
    with tempfile.TemporaryDirectory(prefix="portolan-oracle-") as scratch:
        try:
            with events_sessions.start(cases[0][1], language, cloud, pathlib.Path(scratch)) as session:
                for document, case in cases:
                    session.case = case
                    check_place(document, case, session)
        except events_sessions.Died as died:
            for document, _ in cases:
                document.finding(f"{language} {cloud}", str(died))


def check_place(document: oracle.Document, case: events_case.Case, session: events_sessions.Session) -> None:
    where = f"{session.language} {session.cloud}"
    for what in session.declares_otherwise():
        document.finding(where, what)
    for run in case.runs(session.cloud):
        called = session.run_of(run)
        for what in case.findings(session, run, called):
            document.finding(f"{where}: {run['name']}", what)
        document.checked.add(f"{where}: {run['name']}")
    if session.issuer and session.issuer.fetched > FETCHES:
        document.finding(where, f"the issuer's keys were fetched {session.issuer.fetched} times")
    for what in events_hostile.findings(case, session):
        document.finding(f"{where}: hostile", what)


if __name__ == "__main__":
    table = oracle.Oracle("events", "case.json", held, check)
    table.folders = ("events",)
    oracle.run(table)
