"""`corridor places`: what flows can start and end at, and by which id and names."""

from __future__ import annotations

from typing import Annotated

import typer


def places(
    network: Annotated[
        str,
        typer.Argument(
            help="Scenario (.toml), network file, OpenStreetMap extract, or embedded corridor."
        ),
    ],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the places of a network: id, names, position.

    A scenario may name a place by any of them, as long as it is one place only.
    """
    from corridor.candidates.catalogue import places_of
    from corridor.cli.listing import asked_network, print_listing

    print_listing(places_of(asked_network(network)[0]), "places", as_json=json)
