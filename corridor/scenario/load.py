"""Read a scenario: TOML, its parents, the tables and maps it names, and the defaults."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from corridor.core.errors import Fault, InputError
from corridor.core.faults import nearest, shown
from corridor.core.files import NETWORK_SUFFIXES, sha256_file
from corridor.scenario.defaults import (
    Level,
    base_document,
    fill_generic,
    keys_of,
    rows_of,
)
from corridor.scenario.document import validated
from corridor.scenario.maps import inline_maps
from corridor.scenario.scenario import Scenario
from corridor.scenario.tables import inline_tables

Document = dict[str, Any]
MAX_TOML_BYTES = 4 * 1024 * 1024
MAX_ANCESTORS = 16
MAX_DEPTH = 24
PRESETS = ("liupanshui-xingyi", "hechi", "none")
LEVELS = ("low", "base", "high")


@dataclass(frozen=True, slots=True)
class Layer:
    """One file of the chain: as the user named it, where it lies, and what it says."""

    file: str
    folder: Path
    document: Document


def load_scenario(path: str | Path) -> Scenario:
    """Read a scenario file with everything that it stands on.

    Parameters
    ----------
    path
        A TOML file; files that it names are relative to it.

    Returns
    -------
    Scenario
        Complete: every value is there, tables and maps are inlined.

    Raises
    ------
    InputError
        With all faults at once: file, key, value, what is expected, and a hint.
    """
    layers = read_chain(Path(path))
    faults: list[Fault] = []
    written = []
    for layer in layers:
        written.append(inline_tables(layer.document, layer.folder, layer.file, faults))
        inline_maps(layer.document, layer.folder, layer.file, faults)
        _find_network(layer, faults)
    preset = _preset(layers)
    levels = _levels(layers)
    document = base_document(preset, levels)
    origins: dict[tuple[str, ...], str] = {}
    merge(document, _preset_words(preset), {}, "")
    if "adoption" in levels:
        document.setdefault("adoption", {})["level"] = levels["adoption"]
    for layer, rows in zip(layers, written, strict=True):
        faults += _taken(document, rows)
        merge(document, layer.document, origins, layer.file)
        origins.update(rows)
    fill_generic(document, levels)
    faults += _check_levels(levels, preset, document, origins)
    return validated(document, origins=origins, file=layers[-1].file, before=faults)


def read_chain(path: Path) -> list[Layer]:
    """Return the file and its ancestors, the oldest first.

    Raises
    ------
    InputError
        If one of them cannot be read, or the chain comes back to itself.
    """
    chain: list[Layer] = []
    seen: list[Path] = []
    named: str = str(path)
    while True:
        real = path.resolve()
        if real in seen:
            names = " -> ".join([layer.file for layer in chain] + [named])
            raise InputError(
                [
                    Fault(
                        file=chain[-1].file,
                        key="extends",
                        value=named,
                        expected=f"a file that is not its own ancestor: {names}",
                    )
                ]
            )
        if len(chain) == MAX_ANCESTORS:
            raise InputError(f"{named}: more than {MAX_ANCESTORS} files extend one another.")
        document = read_toml(path, named)
        if chain:
            for own in ("name", "title", "title_zh", "description"):
                document.pop(own, None)
        seen.append(real)
        chain.append(Layer(named, path.parent, document))
        parent = document.pop("extends", None)
        if parent is None:
            return chain[::-1]
        if not isinstance(parent, str) or not parent or "\0" in parent:
            raise InputError(
                [Fault(file=named, key="extends", value=shown(parent), expected="name of a file")]
            )
        path = path.parent / parent
        named = str(path)


def read_toml(path: Path, named: str) -> Document:
    """Return the document of one file.

    Raises
    ------
    InputError
        If it is absent, too large, empty, not UTF-8 or not TOML; says in which line.
    """
    try:
        if path.is_dir():
            raise InputError(f"{named}: is a folder, not a scenario file.")
        if path.exists() and not path.is_file():
            raise InputError(f"{named}: is not a regular file.")
        if path.stat().st_size > MAX_TOML_BYTES:
            raise InputError(f"{named}: larger than {MAX_TOML_BYTES // 2**20} MiB.")
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{named}: there is no such file.", _neighbour(path)) from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{named}: byte {error.start} is not UTF-8 text.", "Save the file as UTF-8."
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{named}: cannot be read: {error}.") from error
    if not text.strip():
        raise InputError(f"{named}: is empty.", "`corridor new DIR` writes one to start from.")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{named}: not TOML: {error}.") from error
    except (RecursionError, ValueError) as error:
        raise InputError(f"{named}: not a scenario: {error}.") from error
    if _depth(document) > MAX_DEPTH:
        raise InputError(f"{named}: tables nested more than {MAX_DEPTH} deep.")
    return document


def _neighbour(path: Path) -> str:
    try:
        known = [entry.name for entry in path.parent.glob("*.toml")]
    except OSError:
        return ""
    hint = nearest(path.name, known)
    return hint[0].upper() + hint[1:] if hint else ""


def _depth(value: object) -> int:
    deepest, stack = 0, [(value, 0)]
    while stack:
        item, depth = stack.pop()
        deepest = max(deepest, depth)
        if depth > MAX_DEPTH:
            break
        if isinstance(item, dict):
            stack += [(inner, depth + 1) for inner in item.values()]
        elif isinstance(item, list):
            stack += [(inner, depth + 1) for inner in item]
    return deepest


def merge(
    into: Document,
    child: Mapping[str, Any],
    origins: dict[tuple[str, ...], str],
    file: str,
    at: tuple[str, ...] = (),
) -> None:
    """Lay a child's values over a document: tables key by key, lists and scalars whole."""
    for key, value in child.items():
        here = (*at, key)
        if isinstance(value, dict):
            if not isinstance(into.get(key), dict):
                into[key] = {}
            merge(into[key], value, origins, file, here)
        else:
            into[key] = value
        if file:
            origins[here] = file


def _taken(document: Document, rows: dict[tuple[str, ...], str]) -> list[Fault]:
    """Return a fault for every table row whose id the preset or a parent already has."""
    faults: dict[tuple[str, str], Fault] = {}
    for key, place in rows.items():
        if len(key) < 2 or (key[0], key[1]) in faults:
            continue
        section, name = key[0], key[1]
        if name in document.get(section, {}):
            faults[section, name] = Fault(
                file=place,
                key="id",
                value=name,
                expected=f"an id that neither the preset nor a parent uses in [{section}]",
                hint=f"to change that one, write [{section}.{name}] in the scenario",
            )
    return list(faults.values())


def _preset_words(preset: str) -> Document:
    text = files("corridor.scenario").joinpath("presets", f"{preset}.toml").read_text("utf-8")
    return tomllib.loads(text)


def _preset(layers: list[Layer]) -> str:
    preset: object = PRESETS[0]
    file = layers[-1].file
    for layer in layers:
        if "preset" in layer.document:
            preset, file = layer.document["preset"], layer.file
    if not isinstance(preset, str) or preset not in PRESETS:
        expected = "one of " + ", ".join(map(repr, PRESETS))
        hint = nearest(preset, list(PRESETS)) if isinstance(preset, str) else ""
        raise InputError(
            [Fault(file=file, key="preset", value=shown(preset), expected=expected, hint=hint)]
        )
    return preset


def _levels(layers: list[Layer]) -> dict[str, Level]:
    """Return the merged levels; words that are no level are left to the model."""
    levels: dict[str, Level] = {}
    for layer in layers:
        given = layer.document.get("assumptions")
        table = given.get("levels") if isinstance(given, dict) else None
        for prefix, level in table.items() if isinstance(table, dict) else ():
            if level in LEVELS:
                levels[prefix] = level
    return levels


def _check_levels(
    levels: Mapping[str, Level],
    preset: str,
    document: Document,
    origins: Mapping[tuple[str, ...], str],
) -> list[Fault]:
    """Return a fault for each level that no number with a range can take."""
    known = {
        key
        for row in rows_of(preset)
        if row.low is not None or row.high is not None
        for key in keys_of(row, document)
    }
    faults = []
    for prefix in levels:
        parts = tuple(prefix.split("."))
        if prefix == "adoption" or any(key[: len(parts)] == parts for key in known):
            continue
        faults.append(
            Fault(
                file=origins.get(("assumptions", "levels", prefix), ""),
                key=f"assumptions.levels.{prefix}",
                value=shown(prefix),
                expected="the beginning of a key that has a low and a high value",
                hint=nearest(prefix, [".".join(key[: len(parts)]) for key in sorted(known)]),
            )
        )
    return faults


def _find_network(layer: Layer, faults: list[Fault]) -> None:
    """Turn a network file's name into its name, hash and place on this machine."""
    network = layer.document.get("network")
    if not isinstance(network, dict):
        return
    for reserved in ("path", "sha256"):
        if reserved in network:
            del network[reserved]
            faults.append(
                Fault(
                    file=layer.file,
                    key=f"network.{reserved}",
                    value="",
                    expected="no such key in a scenario file",
                    hint="write network.source",
                )
            )
    source = network.get("source")
    if not isinstance(source, str):
        return
    network["path"] = network["sha256"] = ""
    if not source.lower().endswith(NETWORK_SUFFIXES) or "\0" in source:
        return
    path = layer.folder / source
    if not path.is_file():
        faults.append(
            Fault(
                file=layer.file,
                key="network.source",
                value=shown(source),
                expected="a network file that is there",
                hint=f"looked for {path}",
            )
        )
        return
    network["source"] = path.name
    network["path"] = str(path.resolve())
    network["sha256"] = sha256_file(path)
