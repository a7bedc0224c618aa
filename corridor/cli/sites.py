"""`corridor sites`: where stations may stand, and by which id and names."""

from __future__ import annotations

from corridor.cli.listing import AsJson, NetworkNamed, asked_network, print_listing


def sites(
    network: NetworkNamed,
    json: AsJson = False,
) -> None:
    """List the sides of service areas and the exits of a network, and a scenario's own sites.

    A scenario may name a site by its id or by a name, as long as it is one site only. Which of them
    become candidates a scenario decides: inputs/sites.json of a run says it, with reasons.
    """
    from corridor.candidates.catalogue import sites_of

    print_listing(sites_of(*asked_network(network)), "sites", as_json=json)
