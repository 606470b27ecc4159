"""Checks that one handler gets one and the same event from every cloud, and that its answers become what each cloud expects.

From:  events as clouds send them (`golden-tests/events`), and the clouds' own runtime clients: awslambdaric behind a Runtime API
       of ours, functions-framework, and the decoders of azure-functions.
Finds: events, answers, failures and log lines that are not the ones of the case; triggers that an app on Azure does not declare;
       native events with a piece missing that end as a success without the handler.
Blind: what platforms do around those clients: retries, authorizers, limits of their own.
"""

from __future__ import annotations

import concurrent.futures
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
    events_sessions.prepare()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(check_case, document) for document in documents]:
            done.result()


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


def check_case(document: oracle.Document) -> None:
    if "tests" in document.body:
        return check_tests(document)
    case = events_case.read(document)
    for language, cloud in case.places():
        with tempfile.TemporaryDirectory(prefix="portolan-oracle-") as scratch:
            try:
                with events_sessions.start(case, language, cloud, pathlib.Path(scratch)) as session:
                    check_place(document, case, session)
            except events_sessions.Died as died:
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
