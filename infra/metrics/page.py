"""The page: a table of all metrics that loads itself anew, without a line of script."""

from html import escape
from typing import Final

from infra.metrics.collection import LATEST, Collection, figure, unit

_HEADINGS: Final = ("metric", "", "values", "sum", "last", "median", "p99", "greatest", "meaning")

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width">
<title>Parley: metrics</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color-scheme: light dark; }}
table {{ border-collapse: collapse; }}
th, td {{ padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8884; text-align: right; white-space: nowrap; }}
th:first-child, td:first-child, th:last-child, td:last-child {{ text-align: left; }}
td:last-child {{ white-space: normal; }}
</style>
</head>
<body>
<h1>Parley: metrics</h1>
<p>Since this start. Median, p99 and greatest are of the latest {latest:,} values.
Values of the message path come up to ten seconds late.
For Prometheus: <a href="/metrics">/metrics</a>.</p>
<table>
<thead><tr>{headings}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""


def page(collection: Collection) -> str:
    """The page as it is now."""
    rows = []
    for metric, it in collection.figures().items():
        numbers = (figure(value) for value in (it.count, it.total, it.last, it.median, it.p99, it.greatest))
        rows.append(_row("td", (metric.name, unit(metric), *numbers, metric.meaning)))
    headings = "".join(f'<th scope="col">{escape(it)}</th>' for it in _HEADINGS)
    return _PAGE.format(latest=LATEST, headings=headings, rows="\n".join(rows))


def _row(tag: str, cells: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(it)}</{tag}>" for it in cells) + "</tr>"
