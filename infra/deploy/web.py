"""The web app's files, uploaded with what browsers and CloudFront need to know about them."""

import asyncio
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from infra.gateway.core.static import REVALIDATE, cache_control, content_type
from infra.run.webapp import FRONTEND, WebApp

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def build() -> Path:
    """The built web app's folder. Raises WebAppFailed (infra/run/errors.py)."""
    app = WebApp(FRONTEND, FRONTEND / "node_modules.log", partial(print, file=sys.stderr))
    asyncio.run(app.build())
    return app.dist


def upload(s3: "S3Client", bucket: str, dist: Path) -> int:
    """Upload all files; their number.

    Those that are asked for again each time come last: nobody gets a page whose parts are not there yet. Parts of
    earlier versions stay, for pages that are open.
    """
    files = [it for it in dist.rglob("*") if it.is_file()]
    for path in sorted(files, key=lambda it: (cache_control(it) == REVALIDATE, it)):
        s3.put_object(
            Bucket=bucket,
            Key=path.relative_to(dist).as_posix(),
            Body=path.read_bytes(),
            ContentType=content_type(path),
            CacheControl=cache_control(path),
        )
    return len(files)
