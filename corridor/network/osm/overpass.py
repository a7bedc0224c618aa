"""A region from a live Overpass server or from the cache of its whole answers.

The answers are asked for through `osmnx_door`; what of them the network needs becomes an
`Extract`. A whole, good answer is cached atomically; a bad one never replaces it.
"""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from corridor.core.errors import CorridorError, FileError, InputError, UsageError
from corridor.core.files import canonical_json, read_json, sha256_text, write_text
from corridor.network.osm.limits import ReadLimits, Watch
from corridor.network.osm.objects import (
    REMARK_HINT,
    Extract,
    ObjectType,
    OsmNode,
    OsmRelation,
    OsmWay,
    is_feature,
    is_wanted_relation,
    is_wanted_way,
    keep_tags,
    remark_problem,
    road_class,
    to_e7,
)
from corridor.network.osm.osmnx_door import FEATURE_TAGS, ROAD_FILTER, Progress, ask

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

DEFAULT_URL = "https://overpass-api.de/api"
_NOT_OVERPASS = (KeyError, TypeError, ValueError, AttributeError)
CACHE_SCHEMA = "corridor.overpass/1"


def default_cache() -> Path:
    """Return the folder of cached answers (``CORRIDOR_CACHE``, else the user's cache folder)."""
    named = os.environ.get("CORRIDOR_CACHE")
    if named:
        return Path(named) / "overpass"
    base = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(base) / "corridor" / "overpass"


def fetch_extract(
    region: BaseGeometry,
    *,
    url: str = DEFAULT_URL,
    cache: Path | None = None,
    offline: bool = False,
    deadline_s: float = 900.0,
    progress: Progress = lambda _: None,
) -> Extract:
    """Return the objects of a region from an Overpass server, or from the cache.

    Parameters
    ----------
    region
        Polygon in degrees WGS-84.
    url
        Address of the server's API, with or without ``/interpreter``.
    cache
        Folder of cached answers; None: :func:`default_cache`.
    offline
        Ask no server: use the cached answer.
    deadline_s
        Most time for all queries and attempts together. [s]
    progress
        Called with a line per query and attempt.

    Raises
    ------
    FileError
        If the server cannot be reached, is too slow, or its answer is incomplete; what was
        cached before is still there.
    InputError
        If there is no expressway in the region.
    """
    folder = cache if cache is not None else default_cache()
    query = {"roads": ROAD_FILTER, "features": FEATURE_TAGS, "region": _rounded(region)}
    key = sha256_text(canonical_json(query))
    path = folder / f"{key[:40]}.json"
    if offline:
        document = _cached(path, key)
        progress(f"offline: the copy of {document['fetched']} from {document['url']}")
    else:
        base = _base_url(url)
        if not 1 <= deadline_s <= 86_400:
            raise UsageError(f"deadline of {deadline_s} s: from 1 to 86400 s belong there.")
        try:
            answers = ask(region, base, deadline_s, progress)
        except FileError as error:
            if path.is_file():
                hint = f"A copy of the same region is cached: add --offline. {error.hint}"
                raise FileError(error.problem, hint.strip()) from error
            raise
        document = {
            "schema": CACHE_SCHEMA,
            "query_sha256": key,
            "url": base,
            "fetched": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "answers": answers,
        }
    extract = _extract(document, f"Overpass {document['url']}")
    if not any(road_class(way.tags) for way in extract.ways.values()):
        raise InputError(
            "Overpass: no expressway (motorway or trunk road) lies in the region.",
            "Check the region: is it west, south, east, north? Are lon and lat swapped?",
        )
    if not offline:
        write_text(path, canonical_json(document))
    return extract


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"--overpass-url {url}: an http or https address belongs there.")
    if parts.username or parts.password:
        raise UsageError("--overpass-url: holds a user name or a password; that is not supported.")
    return url.rstrip("/").removesuffix("/interpreter").rstrip("/")


def _rounded(region: BaseGeometry) -> str:
    import shapely

    return str(shapely.to_wkt(shapely.normalize(region), rounding_precision=6))


def _cached(path: Path, key: str) -> dict[str, Any]:
    if not path.is_file():
        raise FileError(
            "offline: this region was never fetched, so there is no cached copy of it.",
            "Fetch it once without --offline, or give a file with --osm.",
        )
    try:
        document = read_json(path)
    except InputError as error:
        raise FileError(
            f"the cached copy is damaged: {error.problem}",
            "Fetch the region again without --offline.",
        ) from error
    if not isinstance(document, dict) or document.get("query_sha256") != key:
        raise FileError(f"{path}: is not the cached copy of this region.")
    return document


def _extract(document: dict[str, Any], name: str) -> Extract:
    """Return the objects of all answers that the network needs."""
    try:
        extract = _of_answers(document["answers"], Watch(name, ReadLimits()))
    except CorridorError:
        raise
    except _NOT_OVERPASS as error:
        raise FileError(f"{name}: the answer is not Overpass JSON ({error!r}).") from error
    extract.repeated = 0  # both answers hold the nodes they share: nothing to remark on
    extract.provenance.update(
        source=name, query_sha256=document["query_sha256"], fetched=document["fetched"]
    )
    return extract


def read_answer(path: Path, watch: Watch) -> Extract:
    """Read a saved Overpass answer in JSON (``out body; >;`` or ``out geom``).

    Raises
    ------
    InputError
        If the file is no such answer, or the server broke it off.
    """
    document = read_json(path)
    if not isinstance(document, dict) or not isinstance(document.get("elements"), list):
        raise InputError(
            f"{path}: is not an Overpass answer: it holds no list of elements.",
            "A network file of ours goes into network.source, or corridor fetch --network.",
        )
    if document.get("remark"):
        raise InputError(remark_problem(str(path), str(document["remark"])), REMARK_HINT)
    try:
        return _of_answers([document], watch)
    except CorridorError:
        raise
    except _NOT_OVERPASS as error:
        raise InputError(f"{path}: is not Overpass JSON ({str(error)[:80]}).") from error


def _of_answers(answers: list[Any], watch: Watch) -> Extract:
    extract = Extract()
    elements = [item for answer in answers for item in answer["elements"]]
    stamps = {str(answer.get("osm3s", {}).get("timestamp_osm_base", "")) for answer in answers}
    _relations_and_ways(extract, watch, elements)
    needed = {ref for way in extract.ways.values() for ref in way.refs}
    for item in elements:
        if item["type"] == "node":
            _node(extract, watch, item, needed)
    for item in elements:
        if item["type"] == "way" and item["id"] in extract.ways and "geometry" in item:
            for ref, point in zip(item["nodes"], item["geometry"], strict=True):
                if point is not None and ref not in extract.nodes:
                    _node(extract, watch, {"id": ref, **point}, needed)
    extract.provenance["osm_timestamp"] = ", ".join(sorted(stamps - {""}))
    return extract


def _relations_and_ways(extract: Extract, watch: Watch, elements: list[Any]) -> None:
    for item in elements:
        if item["type"] == "relation":
            tags = keep_tags(_tags(item))
            if is_wanted_relation(tags):
                members = tuple(
                    (cast(ObjectType, m["type"]), _id(m["ref"]), str(m.get("role", ""))[:40])
                    for m in item["members"]
                    if m["type"] in {"node", "way", "relation"}
                )
                version = item.get("version", 0)
                extract.add_relation(_id(item["id"]), OsmRelation(members, tags, version))
                watch.keep(len(members))
    lines = {
        key
        for relation in extract.relations.values()
        if relation.tags.get("type") == "multipolygon"
        for kind, key, _ in relation.members
        if kind == "way"
    }
    for item in elements:
        if item["type"] == "way":
            key, tags = _id(item["id"]), keep_tags(_tags(item))
            if is_wanted_way(tags) or key in lines:
                refs = tuple(_id(ref) for ref in item.get("nodes", ()))
                extract.add_way(key, OsmWay(refs, tags, item.get("version", 0)))
                watch.keep(len(refs))


def _node(extract: Extract, watch: Watch, item: dict[str, Any], needed: set[int]) -> None:
    key, tags = _id(item["id"]), keep_tags(_tags(item))
    if key in needed or is_feature(tags):
        where = f"{watch.name}: node {key}"
        lon = to_e7(item["lon"], -180, 180, f"{where}: lon")
        lat = to_e7(item["lat"], -90, 90, f"{where}: lat")
        extract.add_node(key, OsmNode(lon, lat, tags, item.get("version", 0)))
        watch.keep()


def _tags(item: dict[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in (item.get("tags") or {}).items()}


def _id(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{value!r} is no id")
    return value
