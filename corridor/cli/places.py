"""`corridor places`: what flows can start and end at, and by which id and names."""

from __future__ import annotations

from corridor.cli.listing import AsJson, NetworkNamed, asked_network, print_listing


def places(
    network: NetworkNamed,
    json: AsJson = False,
) -> None:
    """List the places of a network: id, names, position.

    A scenario may name a place by any of them, as long as it is one place only.
    """
    from corridor.candidates.catalogue import places_of

    print_listing(places_of(asked_network(network)[0]), "places", as_json=json)
