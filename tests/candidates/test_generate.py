"""Candidates stand where they say, serve whom they can, and every other place has its reason."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corridor.candidates.document import sites_document, sites_from_document
from corridor.candidates.generate import attach_sites
from corridor.candidates.sites import CandidateSites
from corridor.core.errors import InfeasibleError, InputError
from corridor.core.files import parse_json, pretty_json
from corridor.network.crs import wgs84_to_gcj02
from corridor.network.embedded import embedded_network
from corridor.network.network import Network
from corridor.network.paths import Router, strong_components
from corridor.scenario.scenario import Scenario

Read = Callable[[str], Scenario]


def _reasons(sites: CandidateSites) -> dict[str, str]:
    return {site.id: site.code for site in sites.rejected}


def test_all_127_sides_are_candidates_or_have_a_reason(embedded: Network, scenario: Read) -> None:
    """No side of the list is forgotten, none stands in both lists."""
    _, sites = attach_sites(embedded, scenario(""))
    accepted = {site.id for site in sites.sites if site.kind == "sa_side"}
    rejected = {site.id for site in sites.rejected}
    ids = {side.id for side in embedded.sides}
    assert len(ids) == 127
    assert accepted | (rejected & ids) == ids
    assert not accepted & rejected
    assert all(site.reason for site in sites.rejected)
    assert len(accepted) == 81
    assert Counter(site.code for site in sites.rejected) == {
        "not_on_network": 46,
        "assumed_exit": 4,
        "capacity_unknown": 2,
    }


def test_ids_are_readable_and_fit_file_names(embedded: Network, scenario: Read) -> None:
    """Ids are ascii, unique, and say road, place and direction."""
    _, sites = attach_sites(embedded, scenario(""))
    ids = [site.id for site in sites.sites]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", one) for one in ids)
    assert {"s77.faer.xingyi-bound", "s77.maling.shuicheng-bound", "g60.panzhou.exit"} <= set(ids)
    by_id = {site.id: site for site in sites.sites}
    side = by_id["s77.faer.xingyi-bound"]
    assert (side.name_zh, side.name_en) == (
        "发耳服务区(兴义方向)",
        "Fa'er Service Area (Xingyi-bound)",
    )
    assert by_id["g78.xingyi.exit"].name_en == "Xingyi exit (ring S09)"


def test_a_side_serves_its_own_carriageway_only(embedded: Network, scenario: Read) -> None:
    """Driving S77 to Xingyi passes the five Xingyi-bound sides and no Shuicheng-bound one."""
    network, sites = attach_sites(embedded, scenario(""))
    arcs = {arc.id: arc for arc in network.arcs}
    places = {place.id: place.node for place in network.places}
    walk = Router(network, 2026).walk(places["liupanshui"], places["xingyi"])
    assert walk is not None
    passed = {arcs[arc].head for arc in walk}
    on_s77 = [s for s in sites.sites if s.kind == "sa_side" and s.route == "S77"]
    assert len(on_s77) == 10
    for site in on_s77:
        assert (site.node in passed) is (site.carriageway == "兴义方向")


def test_an_exit_site_costs_the_way_really_driven(embedded: Network, scenario: Read) -> None:
    """To an exit and back onto the road: two ramps and the access road twice, either way."""
    network, sites = attach_sites(embedded, scenario(""))
    options = scenario("").candidates
    router = Router(network, 2026)
    exits = [site for site in sites.sites if site.kind == "exit"]
    assert len(exits) == 55
    nodes = {node.id: node for node in network.nodes}
    for site in exits:
        plaza = site.id.removesuffix(".exit")
        assert site.carriageway == "both"
        ways = [n for n in nodes if n.startswith(f"{plaza}.") and n.endswith(".diverge")]
        assert len(ways) == 2
        for diverge in ways:
            merge = diverge.replace(".diverge", ".merge")
            there = router.distances_from(diverge)[site.node]
            back = router.distances_from(site.node)[merge]
            assert there + back == 2 * 600 + 2 * options.exit_access_m


def test_no_station_at_an_exit_that_nobody_names(embedded: Network, scenario: Read) -> None:
    """The assumed exits of S77 lead to their places, but are no candidates."""
    _, sites = attach_sites(embedded, scenario(""))
    assumed = {node.id for node in embedded.nodes if node.basis == "assumed"}
    assert assumed == {"s77.faer", "s77.jichangping", "s77.baotian", "s77.maling"}
    codes = _reasons(sites)
    assert {codes[f"{plaza}.exit"] for plaza in assumed} == {"assumed_exit"}


def test_the_network_stays_whole_and_unchanged(embedded: Network, scenario: Read) -> None:
    """Sites add nodes and roads; what was there is still there, and all is connected."""
    network, sites = attach_sites(embedded, scenario(""))
    assert set(embedded.arcs) <= set(network.arcs)
    assert set(embedded.nodes) <= set(network.nodes)
    assert [len(part) for part in strong_components(network, 2026)] == [len(network.nodes)]
    ids = {node.id for node in network.nodes}
    assert all(site.node in ids for site in sites.sites)


def test_kinds_can_be_switched_off(embedded: Network, scenario: Read) -> None:
    """Without exits and parking areas these are rejected as such, and leave no road behind."""
    lines = "[candidates]\nexits = false\nparking_areas = false"
    network, sites = attach_sites(embedded, scenario(lines))
    codes = _reasons(sites)
    assert codes["g60.panzhou.exit"] == "kind_off"
    assert codes["s77.maling.xingyi-bound"] == "kind_off"
    assert not [node for node in network.nodes if node.id.endswith(".exit")]


def _polygon(tmp_path: Path, name: str, lon: float, lat: float, half: float = 0.01) -> str:
    ring = [
        [lon - half, lat - half],
        [lon + half, lat - half],
        [lon + half, lat + half],
        [lon - half, lat + half],
        [lon - half, lat - half],
    ]
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    document = {"type": "FeatureCollection", "features": [feature]}
    (tmp_path / name).write_text(json.dumps(document), encoding="utf-8")
    return name


@pytest.mark.parametrize("kind", ["farmland", "red_line", "urban", "other"])
def test_excluded_land_takes_both_sides(
    embedded: Network, scenario: Read, tmp_path: Path, kind: str
) -> None:
    """A polygon over Danxia rejects its two sides with the kind of land as the reason."""
    file = _polygon(tmp_path, "land.geojson", 104.5806, 25.6781)
    lines = f'[[candidates.exclusions]]\nname = "plot 7"\nkind = "{kind}"\nfile = "{file}"'
    _, sites = attach_sites(embedded, scenario(lines))
    codes = _reasons(sites)
    assert codes["s77.danxia.xingyi-bound"] == kind
    assert codes["s77.danxia.shuicheng-bound"] == kind
    reason = next(s.reason for s in sites.rejected if s.id == "s77.danxia.xingyi-bound")
    assert "plot 7" in reason
    assert "s77.baotian.xingyi-bound" not in codes


def test_a_hub_stands_at_its_place(embedded: Network, scenario: Read) -> None:
    """A park's site is the node where its trips start, so that stopping there costs no detour."""
    network, sites = attach_sites(embedded, scenario(""))
    places = {place.id: place.node for place in network.places}
    hub = next(site for site in sites.sites if site.id == "hub-luxi")
    assert hub.node == places["luxi-park"]
    assert (hub.kind, hub.carriageway) == ("hub", "both")


def test_an_own_plot_gets_its_own_road(embedded: Network, scenario: Read) -> None:
    """A plot joins the nearest gate by the road that the user gives, or one measured."""
    lines = (
        "[site.plot]\nlon = 104.44\nlat = 25.74\naccess_m = 800\n"
        "[site.other]\nlon = 104.43\nlat = 25.74"
    )
    network, _ = attach_sites(embedded, scenario(lines))
    lengths = {arc.id: arc.length_m for arc in network.arcs}
    assert lengths["site.plot.to"] == lengths["site.plot.from"] == 800
    assert lengths["site.other.to"] == pytest.approx(1.2 * 1030, rel=0.05)


def test_an_own_plot_on_one_carriageway_cuts_the_arc(embedded: Network, scenario: Read) -> None:
    """A plot beside S77 southbound lies on it: same length of road, no way from the other side."""
    lines = '[site.plot]\nlon = 104.60\nlat = 25.64\ncarriageway = "水城方向"'
    network, sites = attach_sites(embedded, scenario(lines))
    site = next(one for one in sites.sites if one.id == "plot")
    assert (site.route, site.carriageway) == ("S77", "水城方向")
    metres = {
        name: sum(a.length_m for a in one.arcs if (a.route, a.carriageway) == ("S77", "水城方向"))
        for name, one in (("before", embedded), ("after", network))
    }
    assert metres["before"] == metres["after"]
    assert site.chainage_m is not None
    assert 103_000 < site.chainage_m < 125_000
    into = [arc for arc in network.arcs if arc.head == site.node]
    assert [(arc.kind, arc.carriageway) for arc in into] == [("mainline", "水城方向")]


def test_existing_stations_stay_and_push_out_their_twins(embedded: Network, scenario: Read) -> None:
    """An existing station at Luxi is a candidate with its tier; the hub on the same plot goes."""
    read = scenario("")
    tier = sorted(read.tier)[0]
    lines = (
        f'[existing_station.luxi-yard]\nlon = 105.42\nlat = 26.24\ntier = "{tier}"\n'
        'since_year = 2025\nplace = "luxi-park"\nname_zh = "路喜站"'
    )
    _, sites = attach_sites(embedded, scenario(lines))
    station = next(site for site in sites.sites if site.id == "luxi-yard")
    assert (station.kind, station.existing_tier, station.existing_since) == ("existing", tier, 2025)
    assert _reasons(sites)["hub-luxi"] == "duplicate"


def test_duplicates_keep_the_service_area(embedded: Network, scenario: Read) -> None:
    """With a wide separation a parking area near a service area of the same carriageway goes."""
    _, sites = attach_sites(embedded, scenario("[candidates]\nmin_separation_m = 20000"))
    kept = [s for s in sites.sites if s.kind == "sa_side"]
    for a in kept:
        for b in kept:
            if a.id < b.id and (a.route, a.carriageway) == (b.route, b.carriageway):
                assert abs((a.chainage_m or 0) - (b.chainage_m or 0)) >= 20_000
    assert "duplicate" in _reasons(sites).values()


def test_decisions_are_followed(embedded: Network, scenario: Read) -> None:
    """Required, forbidden and restricted sites carry the decision of the scenario."""
    tiers = sorted(scenario("").tier, key=lambda t: scenario("").tier[t].capacity_kg_per_day)
    lines = (
        f'[decision."s77.faer.xingyi-bound"]\nopen = "required"\nfrom_year = 2030\n'
        f'min_tier = "{tiers[1]}"\n'
        '[decision."s77.danxia.xingyi-bound"]\nopen = "forbidden"\n'
        f'[decision."s77.baotian.xingyi-bound"]\ntiers = ["{tiers[1]}", "{tiers[0]}"]'
    )
    _, sites = attach_sites(embedded, scenario(lines))
    by_id = {site.id: site for site in sites.sites}
    required = by_id["s77.faer.xingyi-bound"]
    assert (required.required_from, required.required_tier) == (2030, tiers[1])
    assert "s77.danxia.xingyi-bound" not in by_id
    assert _reasons(sites)["s77.danxia.xingyi-bound"] == "forbidden"
    assert by_id["s77.baotian.xingyi-bound"].tiers == (tiers[0], tiers[1])


CLOSED = "[network]\nopen_year = {panxing = 2031}\n"
DANXIA, FAER = "s77.danxia.xingyi-bound", "s77.faer.xingyi-bound"


def _closed() -> Network:
    """Return the corridor whose southern section opens in 2031."""
    return embedded_network("liupanshui-xingyi", open_years={"panxing": 2031})


def test_sites_know_when_their_road_opens(embedded: Network, scenario: Read) -> None:
    """A side opens with its carriageway, a town with the first of its roads."""
    _, now = attach_sites(embedded, scenario(""))
    assert {site.road_from for site in now.sites} == {0}
    _, later = attach_sites(_closed(), scenario(CLOSED))
    year = {site.id: site.road_from for site in later.sites}
    assert year[DANXIA] == 2031
    assert year[FAER] == 0
    assert year["hub-luxi"] == 0


def test_no_station_is_there_before_its_road(scenario: Read) -> None:
    """Required or existing in 2030, road from 2031: both years are named; from 2035 on it is fine."""
    opened = _closed()
    lines = CLOSED + f'[decision."{DANXIA}"]\nopen = "required"\nfrom_year = 2030\n'
    lines += (
        '[existing_station.old]\nlon = 104.8849\nlat = 25.2011\ncarriageway = "兴义方向"\n'
        'tier = "t500"\nsince_year = 2024'
    )
    with pytest.raises(InputError) as caught:
        attach_sites(opened, scenario(lines))
    faults = {fault.key: fault for fault in caught.value.faults}
    decision = faults[f"decision.{DANXIA}.from_year"]
    assert decision.value == "2030"
    assert "2031" in decision.expected
    assert faults["existing_station.old.since_year"].value == "2024"
    _, sites = attach_sites(opened, scenario(lines.split("[existing")[0].replace("2030", "2033")))
    assert {site.required_from for site in sites.sites if site.id == DANXIA} == {2033}


def test_no_station_is_wanted_once_its_road_has_closed(scenario: Read) -> None:
    """The southern section closes in 2033: required from 2035 on is refused, from 2030 on is not."""
    base = embedded_network("liupanshui-xingyi")
    side = next(node for node in base.nodes if node.id == _node_of(base, DANXIA))
    arcs = tuple(
        replace(arc, close_year=2033) if side.id in (arc.tail, arc.head) else arc
        for arc in base.arcs
    )
    network = replace(base, arcs=arcs)
    lines = f'[decision."{DANXIA}"]\nopen = "required"\nfrom_year = 2035\n'
    with pytest.raises(InputError) as caught:
        attach_sites(network, scenario(lines))
    (fault,) = caught.value.faults
    assert fault.key == f"decision.{DANXIA}.from_year"
    assert "closes in 2033" in fault.expected
    _, sites = attach_sites(network, scenario(lines.replace("2035", "2030")))
    (site,) = (site for site in sites.sites if site.id == DANXIA)
    assert (site.road_from, site.road_until) == (0, 2033)
    assert [site.is_open(year) for year in (2030, 2035)] == [True, False]


def _node_of(network: Network, side: str) -> str:
    return next(row.node for row in network.sides if row.id == side)


def test_wrong_sites_are_refused_together(embedded: Network, scenario: Read) -> None:
    """Unknown place, carriageway, decision: one error with a fault and a hint each."""
    lines = (
        '[site.a]\nlon = 105.0\nlat = 26.0\nplace = "atlantis"\n'
        '[site.b]\nlon = 105.0\nlat = 26.0\ncarriageway = "火星方向"\n'
        '[decision."s77.faer.xingyi-bund"]\nopen = "required"\n'
        '[decision."huixing.ziyun.xingren-bound"]\nopen = "required"'
    )
    with pytest.raises(InputError) as caught:
        attach_sites(embedded, scenario(lines))
    faults = {fault.key: fault for fault in caught.value.faults}
    assert set(faults) == {
        "site.a.place",
        "site.b.carriageway",
        "decision.s77.faer.xingyi-bund",
        "decision.huixing.ziyun.xingren-bound",
    }
    assert "s77.faer.xingyi-bound" in faults["decision.s77.faer.xingyi-bund"].hint
    assert "not modelled" in faults["decision.huixing.ziyun.xingren-bound"].expected


def test_a_site_in_the_desert_is_rejected_with_its_distance(
    embedded: Network, scenario: Read
) -> None:
    """A plot 100 km from the corridor is listed with the reason, not used."""
    _, sites = attach_sites(embedded, scenario("[site.far]\nlon = 103.0\nlat = 27.9"))
    found = next(site for site in sites.rejected if site.id == "far")
    assert found.code == "too_far"
    assert "km" in found.reason


def test_swapped_and_shifted_positions_are_refused(embedded: Network, scenario: Read) -> None:
    """Sites given in GCJ-02 end in an error that names the system."""
    sides = [s for s in embedded.sides if s.node and s.highway_zh == "水兴高速"][:4]
    lines = ""
    for number, side in enumerate(sides):
        lon, lat = wgs84_to_gcj02((side.lon, side.lat))
        lines += f"[site.p{number}]\nlon = {lon:.6f}\nlat = {lat:.6f}\n"
        lines += f'carriageway = "{side.direction_zh}"\n'
    with pytest.raises(InputError, match="GCJ-02"):
        attach_sites(embedded, scenario(lines))


def test_nothing_left_is_infeasible_and_says_why(embedded: Network, scenario: Read) -> None:
    """Without any allowed kind there is no plan, and the sentence counts the reasons."""
    read = scenario(
        "[candidates]\nservice_areas = false\nparking_areas = false\nexits = false"
    ).model_copy(update={"site": {}})
    with pytest.raises(InfeasibleError, match=r"81 × kind_off|140 × kind_off"):
        attach_sites(embedded, read)


def test_sites_document_round_trip(embedded: Network, scenario: Read) -> None:
    """Written sites are read back equal; a foreign file is refused."""
    _, sites = attach_sites(embedded, scenario(""))
    document = parse_json(pretty_json(sites_document(sites)), "sites.json")
    assert sites_from_document(document, "sites.json") == sites
    with pytest.raises(InputError):
        sites_from_document({"schema": "x"}, "sites.json")
    document["sites"][0]["kind"] = "moon"
    with pytest.raises(InputError, match="moon"):
        sites_from_document(document, "sites.json")


def test_order_of_input_changes_nothing(embedded: Network, scenario: Read) -> None:
    """Shuffled sides and nodes give the same candidates."""
    turned = replace(embedded, sides=embedded.sides[::-1], nodes=embedded.nodes[::-1])
    assert attach_sites(turned, scenario(""))[1] == attach_sites(embedded, scenario(""))[1]
