"""Why a deployment cannot go on: one clear sentence each, what happened and what to do."""

from collections.abc import Sequence


class DeployError(Exception):
    """The message is for the user.

    DeployError
      LayerFailed       the dependencies could not be fetched
      PackageTooLarge   Lambda would refuse it
      PackagingFailed   Chalice could not package the functions
      BadSetting        a variable or argument makes no sense
      MissingSetting    one that is needed is not there
      StackFailed       CloudFormation undid the change
      StackStuck        CloudFormation can neither go on nor back
      MigrationsFailed  the stores' schemas are not up to date
      SmokeFailed       what was deployed does not answer as it should
    """


class LayerFailed(DeployError):
    """The registry or the lock file is the reason; uv says which."""

    def __init__(self, target: object, reason: str) -> None:
        super().__init__(f"The dependencies for {target} could not be fetched: {reason.strip()}")


class PackageTooLarge(DeployError):
    """Lambda's quotas: 50 MB zipped, 250 MB unzipped with all layers."""

    def __init__(self, name: str, size: int, limit: int, largest: str) -> None:
        super().__init__(
            f"{name} has {size / 1e6:.1f} MB, and {limit / 1e6:.0f} MB is the limit: leave something out of it. "
            f"The largest parts are {largest}."
        )


class PackagingFailed(DeployError):
    """Chalice imports the app to see its handlers: an error in the code or in template.yaml is the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"chalice package failed: {reason.strip()}")


class BadSetting(DeployError):
    """A variable or argument makes no sense."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        super().__init__(f"{name}={value} is not {wanted}: correct it and try again.")


class MissingSetting(DeployError):
    """A parameter without a default, which no earlier deployment has set."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"{', '.join(names)} must be set for the first deployment: docs/deploy.md says to what.")


class StackFailed(DeployError):
    """The stack is as it was before, or gone if it was new."""

    def __init__(self, name: str, reasons: Sequence[str]) -> None:
        why = "; ".join(reasons) or "CloudFormation gave no reason; its console may show one"
        super().__init__(f"Deploying {name} failed and was rolled back: {why}")


class StackStuck(DeployError):
    """A rollback failed as well, or somebody else is changing the stack right now."""

    def __init__(self, name: str, status: str) -> None:
        super().__init__(
            f"The stack {name} is in {status}, so nothing can be deployed to it: wait if another deployment is "
            "running; otherwise continue its rollback in CloudFormation's console, or remove it with --destroy."
        )


class MigrationsFailed(DeployError):
    """The function's error; the version that ran before still does."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Migrating the stores failed, and the new version was not deployed: {reason}")


class SmokeFailed(DeployError):
    """What was asked, and what came instead of the right answer."""

    def __init__(self, what: str, came: str, now: str) -> None:
        super().__init__(f"The deployed version does not work: {what} gave {came}. {now}")
