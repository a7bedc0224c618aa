"""Networks that several tests of the network room share."""

from __future__ import annotations

import pytest

from corridor.network.embedded import embedded_network
from corridor.network.network import Arc, Network, Node, Route


@pytest.fixture(scope="session")
def embedded() -> Network:
    """Return the embedded Liupanshui-Xingyi corridor."""
    return embedded_network("liupanshui-xingyi")


@pytest.fixture
def tiny() -> Network:
    """Return one expressway of 10 km with an exit in the middle, and a town behind it."""

    def node(name: str, kind: str, at: int | None, way: str = "", lon: float = 105.0) -> Node:
        lat = 26.0 if at is None else 26.0 + at / 111_195
        on = at is not None
        return Node(
            id=name,
            kind=kind,  # type: ignore[arg-type]
            lon=lon,
            lat=lat,
            elevation_m=1000.0,
            route="T1" if on else "",
            carriageway=way,
            chainage_m=at,
        )

    def arc(name: str, tail: str, head: str, m: int, kind: str, way: str = "") -> Arc:
        return Arc(
            id=name,
            tail=tail,
            head=head,
            length_m=m,
            kind=kind,  # type: ignore[arg-type]
            route="T1" if kind != "access" else "",
            carriageway=way,
            section="tiny" if kind == "mainline" else "",
            open_year=2020,
        )

    nodes = (
        node("n.diverge", "diverge", 4700, "north"),
        node("n.merge", "merge", 5300, "north"),
        node("north-end", "cordon", 10_000),
        node("plaza", "plaza", 5000),
        node("s.diverge", "diverge", 5300, "south"),
        node("s.merge", "merge", 4700, "south"),
        node("south-end", "cordon", 0),
        node("town", "terminal", None, lon=105.02),
    )
    arcs = (
        arc("n1", "south-end", "n.diverge", 4700, "mainline", "north"),
        arc("n2", "n.diverge", "n.merge", 600, "mainline", "north"),
        arc("n3", "n.merge", "north-end", 4700, "mainline", "north"),
        arc("n.off", "n.diverge", "plaza", 500, "ramp"),
        arc("n.on", "plaza", "n.merge", 500, "ramp"),
        arc("s1", "north-end", "s.diverge", 4700, "mainline", "south"),
        arc("s2", "s.diverge", "s.merge", 600, "mainline", "south"),
        arc("s3", "s.merge", "south-end", 4700, "mainline", "south"),
        arc("s.off", "s.diverge", "plaza", 500, "ramp"),
        arc("s.on", "plaza", "s.merge", 500, "ramp"),
        arc("town.from", "town", "plaza", 3000, "access"),
        arc("town.to", "plaza", "town", 3000, "access"),
    )
    route = Route(
        ref="T1",
        name_zh="试验高速",
        name_en="Test road",
        up="north",
        down="south",
        length_m=10_000,
        length_basis="user",
    )
    return Network(
        name="tiny",
        nodes=tuple(sorted(nodes, key=lambda one: one.id)),
        arcs=tuple(sorted(arcs, key=lambda one: one.id)),
        routes=(route,),
    )
