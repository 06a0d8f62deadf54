"""An app made of blueprints, with variables for each stage and function, and a package in `vendor`."""

import os
from typing import Any

from chalice.app import Chalice, Response
from chalicelib.jobs import jobs
from chalicelib.things import things
from measures import in_feet

app = Chalice(app_name="parts")
app.register_blueprint(things, url_prefix="/things")
app.register_blueprint(jobs, name_prefix="jobs_")


@app.middleware("http")
def stamp(event: Any, get_response: Any) -> Response:
    """Marks every answer."""
    response: Response = get_response(event)
    response.headers["X-Stamp"] = "1"
    return response


@app.lambda_function()
def variables(event: Any, context: Any) -> dict[str, Any]:
    """What this function is told, and what a vendored package says."""
    names = ("EVERYWHERE", "STAGE", "FUNCTION")
    return {**{name: os.environ.get(name) for name in names}, "memory": context.memory_limit_in_mb, "feet": in_feet(1)}


@app.lambda_function(name="another")
def not_its_name(event: Any, context: Any) -> dict[str, Any]:
    """The same for a function with a name of its own."""
    return variables(event, context)
