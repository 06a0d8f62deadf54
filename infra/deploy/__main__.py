"""`python -m infra.deploy`, which is what `make deploy` and `make deploy-local` call."""

import argparse
import sys
from collections.abc import Sequence

import boto3
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, NoCredentialsError

from infra.deploy import settings
from infra.deploy.deployment import Clients, Deployment
from infra.deploy.errors import DeployError
from infra.deploy.layer import ARCHITECTURES, PYTHONS
from infra.run.errors import RunError


def main(arguments: Sequence[str]) -> int:
    """Deploy, plan or destroy; returns the exit status: 0, else 1 with a sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        chosen = settings.from_environment(
            local=options.local,
            parameters=options.parameter,
            python=options.python,
            architecture=options.architecture,
        )
        deployment = Deployment(chosen, Clients.connect(chosen, boto3.Session(region_name=chosen.region)), _say)
        if options.plan:
            deployment.plan()
        elif options.destroy:
            deployment.destroy()
        else:
            endpoints = deployment.deploy()
            for name, value in sorted(deployment.stack.outputs().items()):
                _say(f"{name}: {value}")
            _say(f"REST: {endpoints.rest}")
            _say(f"Socket: {endpoints.socket}, for pages of {endpoints.origin}")
    except (DeployError, RunError) as error:
        print(error, file=sys.stderr)
    except NoCredentialsError:
        print("There are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and its secret.", file=sys.stderr)
    except EndpointConnectionError as error:
        print(f"{error} Start that server, or set AWS_ENDPOINT_URL to another one.", file=sys.stderr)
    except (BotoCoreError, ClientError) as error:
        print(f"AWS refused: {error}", file=sys.stderr)
    else:
        return 0
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.deploy",
        description="Deploy Parley to AWS, or to a server that speaks its API: docs/deploy.md.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--plan", action="store_true", help="say what would change, and change nothing")
    what.add_argument("--destroy", action="store_true", help="delete everything that was deployed; not the stores")
    parser.add_argument("--local", action="store_true", help="to a server on this machine (LOCALSTACK_HOST)")
    parser.add_argument("--parameter", action="append", default=[], metavar="Name=Value", help="of template.yaml")
    parser.add_argument("--python", choices=PYTHONS, help=f"default: {PYTHONS[-1]}")
    parser.add_argument("--architecture", choices=ARCHITECTURES, help="default: arm64; this machine's elsewhere")
    return parser


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
