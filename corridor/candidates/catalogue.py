"""What places and sites a network has, by id and name: what a scenario may speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.candidates.names import exit_key, exit_names, side_names
from corridor.candidates.search import SiteIds
from corridor.network.known.names import Named

if TYPE_CHECKING:
    from corridor.network.network import Network, Node
    from corridor.scenario.roads import ExistingStationSpec, SiteSpec
    from corridor.scenario.scenario import Scenario


def places_of(network: Network) -> tuple[Named, ...]:
    """Return the places of a network, where flows start, end, enter and leave, in order of id."""
    nodes = {node.id: node for node in network.nodes}
    return tuple(
        Named(
            id=place.id,
            kind=place.kind,
            names=_written(place.name_zh, place.name_en),
            lon=nodes[place.node].lon,
            lat=nodes[place.node].lat,
        )
        for place in sorted(network.places, key=lambda place: place.id)
    )


def sites_of(network: Network, scenario: Scenario | None = None) -> tuple[Named, ...]:
    """Return what may be a candidate site, in order of id, under the id that candidates bear.

    Parameters
    ----------
    network
        A network without sites.
    scenario
        Its own sites and existing stations are listed too.
    """
    nodes = {node.id: node for node in network.nodes}
    ids = SiteIds()
    found = []
    for side in network.sides:
        node = nodes.get(side.node)
        found.append(
            Named(
                id=ids.of_road(side.id),
                kind=side.kind,
                names=_written(*side_names(side), side.name_zh, side.name_en),
                beside=_written(side.direction_zh, side.direction_en, node.route if node else ""),
                lon=side.lon,
                lat=side.lat,
                where=_where(node) if node else side.left_out_because,
            )
        )
    for plaza in network.nodes:
        if plaza.kind == "plaza":
            found.append(
                Named(
                    id=ids.of_road(exit_key(plaza)),
                    kind="exit",
                    names=_written(*exit_names(plaza), plaza.name_zh, plaza.name_en),
                    beside=_written(plaza.route),
                    lon=plaza.lon,
                    lat=plaza.lat,
                    where=_where(plaza),
                )
            )
    if scenario is not None:
        for key, site in scenario.site.items():
            found.append(_own(key, "site", site))
        for key, station in scenario.existing_station.items():
            found.append(_own(key, "existing", station))
    return tuple(sorted(found, key=lambda thing: thing.id))


def _own(key: str, kind: str, spec: SiteSpec | ExistingStationSpec) -> Named:
    names = _written(spec.name_zh, spec.name_en)
    return Named(id=key, kind=kind, names=names, lon=spec.lon, lat=spec.lat)


def _where(node: Node) -> str:
    at = "" if node.chainage_m is None else f"km {node.chainage_m / 1000:.1f}"
    return " ".join(word for word in (node.route, node.carriageway, at) if word)


def _written(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
