"""Checks of supply: coke to hydrogen, expansions, arrivals, lanes and their price."""

from __future__ import annotations

from corridor.certificate.dossier import Document, Dossier, in_year
from corridor.certificate.roads import straight_line_m
from corridor.certificate.stations import ABSOLUTE_KG, RELATIVE_KG
from corridor.certificate.verdict import Check, Tally
from corridor.core.technology import technologies

DAYS = 365
LANE_KM = 1e-6
"""Tolerance of a lane's length: whole metres divided by 1000. [km]"""
CNY_PER_KG = 1e-9
"""Relative and absolute tolerance of a price per kilogram. [-]"""
JOINTS = ("terminal", "plaza", "cordon", "site")
"""Kinds of node that a plant given by coordinates may be joined to."""


def source_limits(plant: Document, year: int) -> tuple[float, float]:
    """Return what a plant may send without expansion and with all of them. [kg/day].

    From its source over what others take of it to hydrogen (formats.md §4).
    """
    since = plant.get("from_year")
    if since is not None and year < since:
        return 0.0, 0.0
    closes = plant.get("closes_year")
    if closes is not None and year >= closes:
        return 0.0, 0.0
    nameplate = in_year(plant.get("nameplate_kg_per_day"), year)
    technology = technologies()[plant["kind"]]
    if technology.needs:
        limit = technology.factor
        for key in technology.times:
            limit *= in_year(plant.get(key), year)
        for key in technology.less:
            limit -= limit * in_year(plant.get(key), year)
        for key in technology.over:
            limit /= in_year(plant.get(key), year)
    else:
        limit = nameplate + sum(plant.get("expansions_kg_per_day") or [])
    availability = in_year(plant.get("availability_fraction"), year, 1.0)
    committed = in_year(plant.get("committed_kg_per_day"), year)
    available = max(0.0, min(limit, nameplate) * availability - committed)
    return available, max(available, limit * availability - committed)


def plant_limits(d: Dossier, key: str, year: int) -> tuple[float, float]:
    """Return what a plant may send without expansion and with all of them, its bays kept. [kg/day]."""
    plant, delivery = d.plants[key], d.scenario["delivery"]
    limits = source_limits(plant, year)
    bays = in_year(plant.get("filling_bays"), year)
    if not bays or plant.get("at_site"):
        return limits
    loaded = bays * 24 / delivery["fill_hours"] * delivery["payload_kg"]
    return min(limits[0], loaded), min(limits[1], loaded)


def limit_kg_per_day(d: Dossier, key: str, year: int, steps: int) -> float:
    """Return what may leave a plant with its first steps bought: source and bays end them."""
    sizes: list[float] = d.plants[key].get("expansions_kg_per_day") or []
    available, most = plant_limits(d, key, year)
    return min(available + sum(sizes[:steps]), most)


def sent_kg_per_day(d: Dossier) -> dict[tuple[str, int], float]:
    """Return what leaves each plant in each year, by the deliveries of the plan. [kg/day]."""
    sent: dict[tuple[str, int], float] = {}
    for row in d.plan["supply"]:
        of = (row["plant"], row["year"])
        sent[of] = sent.get(of, 0.0) + row["kg_per_day"]
    return sent


def check_supply(d: Dossier) -> Check:
    """Balance every station, hold every plant to its gas, its purification and its steps."""
    tally = Tally(
        "supply",
        "What arrives at a station, losses taken off, is what it sells; no plant sends more than "
        "its coke gives and its purification, with the steps bought, makes",
    )
    loss = d.scenario["delivery"]["loss_fraction"]
    arrived: dict[tuple[str, int], float] = {}
    sent = sent_kg_per_day(d)
    for row in d.plan["supply"]:
        to = (row["station"], row["year"])
        arrived[to] = arrived.get(to, 0.0) + row["kg_per_day"] * (1 - loss)
        tally.require(
            to in d.timeline, f"{row['plant']} supplies {to[0]} in {to[1]}, when it is not open."
        )
    for key in sorted(arrived.keys() | d.loads.keys()):
        tally.close(
            f"station {key[0]}, {key[1]}: hydrogen arriving",
            arrived.get(key, 0.0),
            d.loads.get(key, 0.0),
            relative=RELATIVE_KG,
            absolute=ABSOLUTE_KG,
            unit="kg/day",
        )
    steps = {(row["plant"], row["year"]): row["steps"] for row in d.plan["expansions"]}
    for plant_id, plant in d.plants.items():
        sizes = plant.get("expansions_kg_per_day") or []
        before = 0
        for year in d.years:
            bought = steps.get((plant_id, year), 0)
            where = f"plant {plant_id}, {year}"
            tally.require(bought >= before, f"{where}: an expansion step is undone.")
            tally.require(
                bought == before or year in d.deciding_years,
                f"{where}: an expansion step is bought inside a period.",
            )
            tally.require(
                bought <= len(sizes), f"{where}: {bought} expansion steps, it has {len(sizes)}."
            )
            before = bought
            limit = limit_kg_per_day(d, plant_id, year, bought)
            out = sent.get((plant_id, year), 0.0)
            tally.require(
                out <= limit * (1 + RELATIVE_KG) + ABSOLUTE_KG,
                f"{where}: sends {out:.6f} kg/day, {limit:.6f} kg/day are available.",
            )
            tally.call(limit - out, f"{where}: sends {out:.3f} of {limit:.3f} kg/day")
    for plant_id, year in sent.keys() | steps.keys():
        tally.require(
            plant_id in d.plants and year in d.years,
            f"a supply row names plant {plant_id} in {year}, which is no plant or no period.",
        )
    return tally.done()


def delivery_cny_per_kg(delivery: Document, km: float, discount_rate: float) -> float:
    """Return the price of a round trip by tube trailer, per kilogram (formats.md §4).

    Parameters
    ----------
    delivery
        The scenario's ``delivery`` table.
    km
        Length of the round trip. [km]
    discount_rate
        [-]
    """
    hours = km / delivery["speed_km_per_h"] + delivery["load_unload_hours"]
    payload, trailer = delivery["payload_kg"], delivery["trailer_capex_cny"]
    yearly = (
        crf(discount_rate, delivery["life_years"]) * (trailer + delivery["tractor_capex_cny"])
        + delivery["crew_persons"] * delivery["crew_cny_per_year"]
        + delivery["trailer_om_fraction"] * trailer
    )
    per_km = (
        delivery["diesel_l_per_100km"] / 100 * delivery["diesel_cny_per_l"]
        + delivery["maintenance_cny_per_km"]
        + delivery["toll_cny_per_km"]
    )
    if not hours:
        return float(km * per_km / payload)
    trips = delivery["operating_hours_per_year"] / hours
    return float(yearly / (trips * payload) + km * per_km / payload)


def crf(rate: float, years: float) -> float:
    """Return the capital recovery factor. [1/year]."""
    return rate / (1 - (1 + rate) ** -years) if rate else 1 / years


def check_delivery(d: Dossier) -> Check:
    """Measure every lane with our own search and price it with our own formula."""
    tally = Tally(
        "delivery",
        "Every plant leaves from its place; every lane is the shortest open way there and back; "
        "its price and its trailers follow from the delivery table",
    )
    delivery, rate = d.scenario["delivery"], d.scenario["money"]["discount_rate"]
    gates = {plant["id"]: plant for plant in d.sites["plants"]}
    for key, gate in gates.items():
        plant = d.plants[key]
        own = plant.get("at_site") or ""
        place = d.site.get(own) if own else d.places.get(plant.get("place") or "")
        tally.require(
            not (own or plant.get("place"))
            or (place is not None and place["node"] == gate["node"]),
            f"plant {key}: leaves from {gate['node']}, the scenario puts it at "
            f"{own or plant.get('place')}.",
        )
        for shown in d.plan.get("plants") or []:
            if shown["id"] == key:
                for field in ("name_zh", "name_en"):
                    said = plant.get(field) or ""
                    tally.require(
                        shown.get(field, said) == said, f"plant {key}: is called {shown[field]!r}."
                    )
                tally.require(
                    shown["node"] == gate["node"], f"plant {key}: is shown at {shown['node']}."
                )
        if not (own or plant.get("place")):
            _check_joint(d, key, tally)
        else:
            tally.require(
                abs(gate["extra_km"] - (plant.get("extra_km") or 0.0)) <= LANE_KM,
                f"plant {key}: {gate['extra_km']} km outside the network, the scenario says "
                f"{plant.get('extra_km') or 0.0} km.",
            )
    for row in d.plan["supply"]:
        where = f"lane {row['plant']} -> {row['station']} in {row['year']}"
        if own := d.plants[row["plant"]].get("at_site"):
            tally.require(
                row["station"] == own, f"{where}: the plant makes hydrogen for {own} alone."
            )
            for key in ("round_trip_km", "delivery_cny_per_kg", "trailers_per_day"):
                tally.require(row[key] == 0, f"{where}: {key} is {row[key]}, nothing is driven.")
            continue
        gate, node = gates[row["plant"]], d.site[row["station"]]["node"]
        there = d.roads.distances(gate["node"], row["year"]).get(node)
        back = d.roads.distances(node, row["year"]).get(gate["node"])
        if not tally.require(
            there is not None and back is not None, f"{where}: there is no open way there and back."
        ):
            continue
        assert there is not None
        assert back is not None
        km = (there + back) / 1000 + 2 * gate["extra_km"]
        tally.close(
            f"{where}: round trip",
            row["round_trip_km"],
            km,
            relative=1e-9,
            absolute=LANE_KM,
            unit="km",
        )
        tally.close(
            f"{where}: delivery",
            row["delivery_cny_per_kg"],
            delivery_cny_per_kg(delivery, km, rate),
            relative=CNY_PER_KG,
            absolute=CNY_PER_KG,
            unit="CNY/kg",
        )
        tally.close(
            f"{where}: trailers",
            row["trailers_per_day"],
            row["kg_per_day"] / delivery["payload_kg"],
            relative=RELATIVE_KG,
            absolute=ABSOLUTE_KG,
            unit="1/day",
        )
    return tally.done()


def _check_joint(d: Dossier, key: str, tally: Tally) -> None:
    """Check the node that a plant given by coordinates is joined to, and the road to it."""
    plant, gate = d.plants[key], next(row for row in d.sites["plants"] if row["id"] == key)
    if plant.get("lon") is None or plant.get("lat") is None:
        tally.fail(f"plant {key}: the scenario gives neither a place nor coordinates.")
        return
    node = d.roads.nodes[gate["node"]]
    straight_km = straight_line_m(plant, node) / 1000
    nearest_km = min(
        straight_line_m(plant, other) / 1000
        for other in d.roads.nodes.values()
        if other["kind"] in JOINTS
    )
    tally.require(
        node["kind"] in JOINTS and straight_km <= nearest_km + LANE_KM,
        f"plant {key}: is joined to {gate['node']}, {straight_km:.3f} km away; another node off "
        f"the carriageways is {nearest_km:.3f} km away.",
    )
    least = max(plant.get("extra_km") or 0.0, straight_km)
    tally.require(
        abs(gate["extra_km"] - least) <= LANE_KM,
        f"plant {key}: {gate['extra_km']} km outside the network, it should be {least:.6f} km.",
    )
