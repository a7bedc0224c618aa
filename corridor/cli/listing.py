"""What `corridor places` and `corridor sites` share: the network asked for, and the list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.network.known.names import Named
    from corridor.network.network import Network
    from corridor.scenario.scenario import Scenario

NetworkNamed = Annotated[
    str,
    typer.Argument(
        help="Scenario (.toml), network file, OpenStreetMap extract, or embedded corridor."
    ),
]
"""What is asked about, as it is named on the command line."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def asked_network(named: str) -> tuple[Network, Scenario | None]:
    """Return the network of an embedded corridor, a file or a scenario, and the scenario."""
    from corridor.network.embedded import embedded_names, embedded_network
    from corridor.network.source import build_network, read_network

    if named.lower().endswith(".toml"):
        from corridor.candidates.references import by_ids
        from corridor.scenario.load import load_scenario

        scenario = by_ids(load_scenario(named))
        return build_network(scenario.network), scenario
    if named in embedded_names():
        return embedded_network(named), None
    return read_network(Path(named)), None


def print_listing(things: Sequence[Named], what: str, *, as_json: bool) -> None:
    """Print a line a thing, or one JSON object."""
    from corridor.cli.show import print_json, print_text

    if as_json:
        rows = [
            {
                "id": thing.id,
                "kind": thing.kind,
                "names": list(thing.names),
                "lon": thing.lon,
                "lat": thing.lat,
                "where": thing.where,
            }
            for thing in things
        ]
        print_json({what: rows})
        return
    for thing in things:
        words = "  ".join(word for word in (" | ".join(thing.names), thing.where) if word)
        print_text(f"{thing.id}  {thing.kind}  {thing.lon:.5f},{thing.lat:.5f}  {words}")
