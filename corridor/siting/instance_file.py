"""Siting problems as files: `corridor.siting-problem/1`, the problem and nothing else."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from corridor.core.errors import InputError
from corridor.core.faults import Faults
from corridor.core.files import MAX_JSON_BYTES, canonical_json, parse_json, read_json, write_bytes
from corridor.siting.instance_fields import reader_of
from corridor.siting.problem import Commodity, SitingProblem, Variant

SCHEMA: Final = "corridor.siting-problem/1"


def problem_document(problem: SitingProblem) -> dict[str, Any]:
    """Return a problem as plain data, every field of every object written out."""
    return {"schema": SCHEMA, **asdict(problem)}


def write_problem(problem: SitingProblem, path: Path) -> None:
    """Write a problem; a name that ends in ``.gz`` is compressed, with equal bytes for equal data.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    data = canonical_json(problem_document(problem)).encode("utf-8")
    write_bytes(path, gzip.compress(data, 9, mtime=0) if path.suffix == ".gz" else data)


def read_problem(path: Path) -> SitingProblem:
    """Read a problem, JSON or gzipped JSON by its name.

    Raises
    ------
    InputError
        If the file cannot be read, or anything in it is wrong: all faults at once.
    """
    document = _unzipped(path) if path.suffix == ".gz" else read_json(path)
    return parse_problem(document, str(path))


def _unzipped(path: Path) -> Any:
    """Return the document of a gzipped file, which may not swell beyond what is read plainly."""
    try:
        with gzip.open(path) as stream:
            data = stream.read(MAX_JSON_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be read as gzip: {error}.") from error
    if len(data) > MAX_JSON_BYTES:
        raise InputError(f"{path}: larger than {MAX_JSON_BYTES // 2**20} MiB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 text.", "Save the file as UTF-8.") from error
    return parse_json(text, str(path))


def parse_problem(document: object, name: str) -> SitingProblem:
    """Return the problem that a document states.

    Parameters
    ----------
    document
        From JSON.
    name
        What it is called in messages.

    Raises
    ------
    InputError
        If anything in it is wrong: all faults at once, each with its place.
    """
    hint = "docs/formats.md, section 11, states the format."
    faults = Faults(name)
    if not isinstance(document, dict):
        raise InputError(f"{name}: is not an object.", hint)
    if document.get("schema") != SCHEMA:
        faults.add("schema", document.get("schema"), f"{SCHEMA!r}")
    data = {key: value for key, value in document.items() if key != "schema"}
    counts = {key: len(value) for key, value in data.items() if isinstance(value, list)}
    problem = reader_of(SitingProblem)(faults, counts, data, ())
    faults.stop(hint)
    assert isinstance(problem, SitingProblem)
    _check(problem, faults)
    faults.stop(hint)
    return problem


def _check(problem: SitingProblem, faults: Faults) -> None:
    """Note what no single field shows."""
    for name in ("tiers", "sites", "sources", "flows"):
        _unique(name, (item.id for item in getattr(problem, name)), faults)
    years = [period.year for period in problem.periods]
    _rising("periods", "year", years, faults)
    usable = [tier.usable_kg_per_day for tier in problem.tiers]
    # Bays or dispensers may leave a larger size no more to sell than the one below.
    _rising("tiers", "usable_kg_per_day", usable, faults, may_equal=True)
    if problem.loss_fraction >= 1:
        faults.add("loss_fraction", problem.loss_fraction, "a share below 1")
    for n, source in enumerate(problem.sources):
        steps = (source.steps_kg_per_day, source.steps_capex_cny, source.steps_annual_cny)
        if len({len(row) for row in steps}) > 1:
            faults.note(
                f"sources[{n}]", "", "as many steps_capex_cny and _annual_cny as _kg_per_day"
            )
    for n, cover in enumerate(problem.covers):
        if not cover.sites:
            faults.note(f"covers[{n}].sites", "", "a list of at least one entry")
    for n, flow in enumerate(problem.flows):
        for key, value, expected in _flow_faults(flow):
            faults.add(f"flows[{n}].{key}", value, expected)


def _unique(name: str, ids: Iterable[str], faults: Faults) -> None:
    seen: set[str] = set()
    for n, each in enumerate(ids):
        if each in seen:
            faults.add(f"{name}[{n}].id", each, "an id that no other has")
        seen.add(each)


def _rising(
    name: str, key: str, values: list[Any], faults: Faults, *, may_equal: bool = False
) -> None:
    least = "at least that of" if may_equal else "more than"
    for n, (before, after) in enumerate(pairwise(values), start=1):
        if after < before or (after == before and not may_equal):
            faults.add(f"{name}[{n}].{key}", after, f"{least} the one before ({before})")


def _flow_faults(flow: Commodity) -> Iterator[tuple[str, object, str]]:
    """Yield key, value and what was expected for all that does not fit together in a flow."""
    if flow.usable_g < 1:
        yield "usable_g", flow.usable_g, "at least 1"
    for key in ("start_g", "end_g"):
        if getattr(flow, key) > flow.usable_g:
            yield key, getattr(flow, key), f"at most usable_g ({flow.usable_g})"
    if flow.priority_trips_per_day > flow.trips_per_day:
        expected = f"at most trips_per_day ({flow.trips_per_day})"
        yield "priority_trips_per_day", flow.priority_trips_per_day, expected
    seen: set[str] = set()
    for p, way in enumerate(flow.ways):
        if way.id in seen:
            yield f"ways[{p}].id", way.id, "an id that no other way of the flow has"
        seen.add(way.id)
        for key, value, expected in _way_faults(way):
            yield f"ways[{p}].{key}", value, expected


def _way_faults(way: Variant) -> Iterator[tuple[str, object, str]]:
    last = 0
    for v, stop in enumerate(way.stops):
        if not last <= stop.at_g <= way.total_g:
            expected = f"from the stop before ({last}) to total_g ({way.total_g})"
            yield f"stops[{v}].at_g", stop.at_g, expected
        last = max(last, stop.at_g)
