"""Claim: a place is open while trucks can come from an expressway and go on, as the certificate finds too."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from corridor.certificate.roads import Roads
from corridor.network.embedded import embedded_network
from corridor.network.formats.document import network_document
from corridor.network.network import Arc, Network
from corridor.network.opening import open_spans

PERIODS = (2026, 2030, 2035)


def ramps(*rows: tuple[str, str, str, int, int | None]) -> Network:
    """Return a network of arcs "tail head kind opens closes"."""
    arcs = tuple(
        Arc(id=f"{a}-{b}", tail=a, head=b, length_m=1000, kind=kind, open_year=opens,
            close_year=closes)
        for a, b, kind, opens, closes in rows
    )  # fmt: skip
    return replace(embedded_network("liupanshui-xingyi"), arcs=arcs)


@pytest.mark.parametrize(
    ("opens", "closes", "span"),
    [
        (2000, None, (2000, None)),
        (2028, 2033, (2028, 2033)),
        (2041, None, (2041, None)),
        (2000, 2020, (2000, 2020)),
    ],
)
def test_a_park_is_open_while_its_ramps_are(
    opens: int, closes: int | None, span: tuple[int, int | None]
) -> None:
    """Way in and way out; the expressway itself is older and stays."""
    network = ramps(
        ("a", "b", "mainline", 1990, None),
        ("b", "c", "mainline", 1990, None),
        ("b", "park", "ramp", opens, closes),
        ("park", "b", "ramp", 1990, None),
    )
    assert open_spans(network, ["park"], PERIODS) == {"park": span}


def test_the_first_span_with_a_period_counts() -> None:
    """One ramp until 2020, the next from 2028 to 2032, the last from 2034 on."""
    network = ramps(
        ("a", "b", "mainline", 1990, None),
        ("b", "a", "mainline", 1990, None),
        ("park", "b", "ramp", 1990, None),
        ("b", "park", "ramp", 1990, 2020),
        ("b", "x", "ramp", 2028, 2032),
        ("x", "park", "access", 1990, None),
        ("b", "y", "ramp", 2034, None),
        ("y", "park", "access", 1990, None),
    )
    assert open_spans(network, ["park"], PERIODS) == {"park": (2028, 2032)}
    assert open_spans(network, ["park"], (2026, 2035)) == {"park": (2034, None)}
    assert open_spans(network, ["elsewhere"], PERIODS) == {"elsewhere": (0, None)}


@pytest.mark.parametrize("seed", range(5))
def test_planner_and_certificate_agree(seed: int) -> None:
    """On the embedded corridor with a third of its arcs closed some time: each by its own search."""
    rng = random.Random(seed)
    base = embedded_network("liupanshui-xingyi")
    arcs = tuple(
        replace(arc, open_year=min(arc.open_year, 2020), close_year=rng.choice((2024, 2029, 2033)))
        if rng.random() < 0.3
        else arc
        for arc in base.arcs
    )
    network = replace(base, arcs=arcs)
    document = network_document(network)
    roads = Roads(document["nodes"], document["arcs"])
    nodes = [node.id for node in network.nodes]
    ends = set()
    for node, (start, end) in open_spans(network, nodes, PERIODS).items():
        reached = [not roads.is_cut_off(node, year) for year in PERIODS]
        # Arcs only close here: what is open in a period has been so before.
        assert reached == [start <= y and (end is None or y < end) for y in PERIODS], node
        ends.add(end)
    assert {None, 2024, 2029, 2033} <= ends
