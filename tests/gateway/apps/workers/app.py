"""Functions without an API: state, errors, exits, output, schedules."""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from chalice.app import Chalice, CloudWatchEvent, Cron, Rate

app = Chalice(app_name="workers")
STARTED = uuid4().hex
calls = 0


def record(kind: str, document: Any) -> None:
    """Keep a document under a name of its own; it appears whole or not at all."""
    folder = Path(os.environ["RECORDS"])
    hidden = folder / f".{uuid4()}"
    hidden.write_text(json.dumps(document))
    hidden.rename(folder / f"{kind}-{uuid4()}.json")


@app.lambda_function()
def count(event: Any, context: Any) -> dict[str, Any]:
    """How often this environment was used."""
    global calls  # noqa: PLW0603 - module state is what is tested
    calls += 1
    return {"calls": calls, "environment": STARTED, "pid": os.getpid()}


@app.lambda_function()
def describe(event: Any, context: Any) -> dict[str, Any]:
    """What a function sees of its surroundings."""
    return {
        "event": event,
        "environ": dict(os.environ),
        "request_id": context.aws_request_id,
        "remaining": context.get_remaining_time_in_millis(),
        "arn": context.invoked_function_arn,
        "cwd": str(Path.cwd()),
        "path": sys.path,
        "files": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
        "client": context.client_context.custom if context.client_context else None,
    }


@app.lambda_function()
def slow(event: Any, context: Any) -> dict[str, Any]:
    """Takes as long as it is told to; its timeout is one second. It ignores SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    record("slow", {"pid": os.getpid()})
    time.sleep(event.get("seconds", 30))
    return {"done": True}


@app.lambda_function()
def single(event: Any, context: Any) -> dict[str, Any]:
    """Has a reserved concurrency of one; waits until the file it is told of is there."""
    record("single", {"pid": os.getpid()})
    while not Path(event["until"]).exists():
        time.sleep(0.01)
    return {"done": True}


@app.lambda_function()
def gather(event: Any, context: Any) -> dict[str, Any]:
    """Answers once as many invocations as it is told run at the same time."""
    folder = Path(event["folder"])
    (folder / context.aws_request_id).touch()
    deadline = time.monotonic() + 10
    while len(list(folder.iterdir())) < event["number"]:
        if time.monotonic() > deadline:
            return {"together": False}
        time.sleep(0.005)
    return {"together": True, "pid": os.getpid()}


@app.lambda_function()
def fail(event: Any, context: Any) -> None:
    """Raises, or ends its process, or is killed."""
    record("fail", {"event": event, "request_id": context.aws_request_id})
    match event.get("how"):
        case "exit":
            os._exit(event["status"])
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            time.sleep(60)
    message = "it failed"
    raise RuntimeError(message)


@app.lambda_function()
def talk(event: Any, context: Any) -> str:
    """Prints."""
    for line in event.get("lines", []):
        print(line)
    sys.stderr.write("to stderr\n")
    return "x" * int(event.get("size", 0))


@app.lambda_function()
def parent(event: Any, context: Any) -> dict[str, Any]:
    """Leaves a child behind."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    return {"pid": os.getpid(), "child": child.pid}


@app.lambda_function()
def daemon(event: Any, context: Any) -> dict[str, Any]:
    """Leaves a daemon behind: it has a session of its own and no parent, as `daemonize` makes them."""
    code = "import os, time; os.setsid(); child = os.fork(); child and (print(child), os._exit(0)); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-u", "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
    answer = {"pid": os.getpid(), "child": child}
    record("daemon", answer)
    if event.get("exit"):
        os._exit(0)
    return answer


@app.lambda_function()
def eat(event: Any, context: Any) -> dict[str, Any]:
    """Uses so much memory for so long; in a child process, if told to."""
    seconds = event.get("seconds", 30)
    if event.get("child"):
        code = f"import time; food = b'x' * {event['megabytes'] * 1024 * 1024}; time.sleep({seconds})"
        subprocess.run([sys.executable, "-c", code], check=False)
    else:
        food = b"x" * (event["megabytes"] * 1024 * 1024)
        time.sleep(seconds)
        del food
    return {"done": True}


@app.lambda_function()
def scratch(event: Any, context: Any) -> dict[str, Any]:
    """Keeps a file in the temporary folder; how many are there."""
    folder = Path(tempfile.gettempdir())
    (folder / uuid4().hex).mkdir()
    (folder / "link").unlink(missing_ok=True)
    (folder / "link").symlink_to(Path.cwd())
    return {"folder": str(folder), "number": len(list(folder.iterdir())), "pid": os.getpid()}


@app.lambda_function()
def flood(event: Any, context: Any) -> int:
    """Prints so many megabytes in lines of a kilobyte, or in one line."""
    end = "\n" if event.get("lines", True) else ""
    for _ in range(event["megabytes"] * 1024):
        sys.stdout.write("x" * 1023 + end)
    return int(event["megabytes"])


@app.lambda_function()
def off(event: Any, context: Any) -> None:
    """Has a reserved concurrency of zero: it never runs."""


@app.lambda_function()
def witness(event: Any, context: Any) -> None:
    """A failure destination."""
    record("witness", event)


@app.schedule(Rate(1, unit=Rate.MINUTES))
def minutely(event: CloudWatchEvent) -> None:
    """Fires each minute."""
    record("minutely", event.to_dict())


@app.schedule(Cron(0, 12, "*", "*", "?", "*"))
def daily(event: CloudWatchEvent) -> None:
    """Fires at noon."""
    record("daily", event.to_dict())
