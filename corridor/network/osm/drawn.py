"""Files made by hand: ids of objects that were never uploaded, and pages saved instead of a map."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from corridor.core.errors import FileError, InputError
from corridor.network.osm.objects import Extract, OsmRelation, OsmWay

_PAGE = (b"<!doctype html", b"<html")


def refuse_page(path: Path) -> None:
    """Refuse a web page that was saved under the name of a map.

    Raises
    ------
    InputError
        If the file begins like HTML.
    FileError
        If it cannot be opened.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(512)
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}.") from error
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGE):
        raise InputError(
            f"{path}: is a web page (HTML), not a map: a log-in or error page was saved instead.",
            "Download the extract again and look at its first bytes.",
        )


def make_ids_positive(extract: Extract) -> None:
    """Give the negative ids of an editor positive ones; points of ours on a road are negative.

    -5 becomes 5, unless some object has a positive id already: then all are counted on from a
    power of ten above the largest.
    """
    for kind, ids in (
        ("node", _ids(extract.nodes, (way.refs for way in extract.ways.values()))),
        ("way", set(extract.ways)),
        ("relation", set(extract.relations)),
    ):
        members = (m for relation in extract.relations.values() for m in relation.members)
        ids |= {key for of, key, _ in members if of == kind}
        if all(key >= 0 for key in ids):
            continue
        start = 0 if all(key < 0 for key in ids) else 10 ** len(str(max(map(abs, ids))))
        new = {key: key if key >= 0 else start - key for key in ids}
        if kind == "node":
            extract.nodes = {new[key]: node for key, node in extract.nodes.items()}
            extract.ordinary = {new[key] for key in extract.ordinary}
            extract.ways = {
                key: OsmWay(tuple(new[ref] for ref in way.refs), way.tags, way.version)
                for key, way in extract.ways.items()
            }
        elif kind == "way":
            extract.ways = {new[key]: way for key, way in extract.ways.items()}
        else:
            extract.relations = {new[key]: found for key, found in extract.relations.items()}
        extract.relations = {
            key: OsmRelation(
                tuple((of, new[m] if of == kind else m, role) for of, m, role in found.members),
                found.tags,
                found.version,
            )
            for key, found in extract.relations.items()
        }


def _ids(keys: Iterable[int], references: Iterable[tuple[int, ...]]) -> set[int]:
    return set(keys).union(*references)
