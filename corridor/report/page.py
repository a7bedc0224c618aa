"""The siting report: one HTML file that opens from file:// and asks for nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError
from corridor.core.files import write_text
from corridor.report.folder import RunFolder, load_run, reading

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

OURS = ("layout", "legend", "report", "map")
"""Scripts of the report, in the order in which they run."""


def write_report(run_dir: Path | str) -> Path:
    """Write ``report.html`` from the files of a run folder.

    A plan whose certificate is absent, altered or FAIL is not shown: the page then says what
    fails, and shows the inputs only.

    Parameters
    ----------
    run_dir
        Run folder with ``plan.json``, ``certificate.json`` and ``inputs/``.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InputError
        If a file is absent or lacks what the report needs.
    """
    path = Path(run_dir) / "report.html"
    write_text(path, report_html(load_run(run_dir)))
    return path


def report_html(run: RunFolder) -> str:
    """Return the page of a run as text."""
    from corridor.report.mapview import island, map_data
    from corridor.report.views import whole_view, withheld_view

    certified = run.verdict != "FAIL"
    with reading(run.path):
        view = whole_view(run) if certified else withheld_view(run)
        data = island(map_data(run, with_plan=certified))
    view = {**view, "map_data": data, "run_hash": run_hash(run)}
    return render("report.html.j2", view, scripts=("leaflet", *OURS), sheet=sheet_rule(run))


def run_hash(run: RunFolder) -> str:
    """Return what names a run on every sheet: the first digits of its plan's SHA-256."""
    return run.hashes["plan.json"][:12]


def sheet_rule(run: RunFolder) -> str:
    """Return what stands at the foot of every printed sheet; the day is set when it is printed."""
    return (
        f'@page {{ @bottom-left {{ content: "corridor · {run_hash(run)}"; }} '
        '@bottom-right { content: counter(page) " / " counter(pages); } }\n'
    )


def render(
    template: str, view: dict[str, Any], *, scripts: tuple[str, ...] = (), sheet: str = ""
) -> str:
    """Return a page: its style sheet and scripts inlined and named by hash in its own policy.

    Parameters
    ----------
    template
        File under ``templates/``.
    view
        What the template may say.
    scripts
        ``leaflet`` (with its style sheet) and names of files of our own.
    sheet
        Rules of style that this page has for itself.
    """
    import jinja2

    with_map = "leaflet" in scripts
    style = (leaflet_css() if with_map else "") + _asset("style.css") + sheet
    texts = [leaflet_js() if name == "leaflet" else _asset(f"{name}.js") for name in scripts]
    policy = "; ".join(
        [
            "default-src 'none'",
            "img-src data:",
            f"style-src {_hash(style)}",
            "script-src " + (" ".join(_hash(text) for text in texts) or "'none'"),
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    page = environment().get_template(template)
    inlined = {"policy": policy, "style": _raw(style), "scripts": [_raw(text) for text in texts]}
    try:
        return page.render(**view, **inlined)
    except jinja2.UndefinedError as error:
        raise InputError(
            f"A document of this run lacks something that the page shows: {error.message}.",
            "Run `corridor verify` on the folder.",
        ) from error


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates: all escaped, nothing undefined, hidden characters spelled out."""
    import jinja2
    from markupsafe import Markup

    from corridor.report.text import visible

    def shown(value: object) -> object:
        return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("corridor.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(t=bilingual, name=place_name, say=said)
    made.filters["suffix"] = lambda text, end: f"{text}{end}"
    return made


def bilingual(en: str, zh: str) -> Markup:
    """Return words in both languages, of which the style sheet shows one."""
    from markupsafe import Markup

    from corridor.report.text import visible

    return Markup(
        '<span class="en" lang="en">{}</span><span class="zh" lang="zh-CN">{}</span>'
    ).format(visible(en), visible(zh))


def said(words: str, code: str = "") -> Markup:
    """Return words of a file with the Chinese that the table of words has for them or their code."""
    from corridor.report.words import in_chinese

    return bilingual(words, in_chinese(words, code))


def place_name(zh: str, en: str) -> Markup:
    """Return a name in Chinese and English, side by side in either language of the page."""
    from markupsafe import Markup

    from corridor.report.text import visible

    shown = Markup('<span class="name-zh" lang="zh-CN">{}</span>').format(visible(zh or en))
    if en and en != zh and zh:
        shown += Markup(' <span class="name-en" lang="en">{}</span>').format(visible(en))
    return shown


def leaflet_js() -> str:
    """Return Leaflet without the line that points to a source map."""
    return re.sub(r"\n//# sourceMappingURL=.*\s*$", "\n", _asset("vendor/leaflet/leaflet.js"))


def leaflet_css() -> str:
    """Return Leaflet's style sheet without the images, which this page does not use."""
    return re.sub(r"url\(images/[^)]*\)", "none", _asset("vendor/leaflet/leaflet.css"))


def _asset(name: str) -> str:
    found = resources.files("corridor.report")
    for part in name.split("/"):
        found = found / part
    return found.read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _raw(text: str) -> Markup:
    """Return our own style or script as it is; it must not be able to end its element."""
    from markupsafe import Markup

    if re.search(r"</(script|style)|<!--", text, re.IGNORECASE):
        raise AssertionError("an asset would end its own element")
    return Markup(text)  # noqa: S704  a file of the package, not a user's text
