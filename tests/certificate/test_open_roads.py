"""Stations and spacing rules follow the roads that are open, by the certificate's own facts."""

from __future__ import annotations

import pytest
from tiny_inputs import Documents
from tiny_run import documents

from corridor.certificate.dossier import Dossier
from corridor.certificate.market import could_stand
from corridor.certificate.money import keep_ledger
from corridor.certificate.needed import check_needed
from corridor.certificate.stations import check_spacing, check_tiers


def dossier(made: Documents) -> Dossier:
    """Return the documents as the checks see them."""
    return Dossier(
        made["scenario"], made["network"], made["trips"], made["sites"], made["plan"], hashes={}
    )


def close(made: Documents, opens: int, *arcs: str) -> None:
    """Let arcs open in a later year."""
    for arc in made["network"]["arcs"]:
        if arc["id"] in arcs:
            arc["open_year"] = opens


@pytest.mark.parametrize(("opens", "keeps"), [(2015, False), (2030, False), (2041, True)])
def test_a_closed_stretch_asks_for_no_station(opens: int, keeps: bool) -> None:
    """Up: stations at km 90 and 121. With km 121 to 199 closed, 100 km are enough, else they are."""
    made = documents()
    made["scenario"]["policy"]["spacing"]["t1"] = {
        "route": "T1", "max_gap_km": 90.0, "from_year": 2030,
    }  # fmt: skip
    site = made["sites"]["sites"][0]
    site["chainage_m"] = 105_000  # the exit, so that the gap to km 199 is 94 km
    close(made, opens, "u2m-u3")
    # Down: 69, 9 and 119 km between B, V1, the exit and A; the long one is closed for good.
    close(made, 2041, "v2m-v3")
    found = check_spacing(dossier(made))
    assert found.ok == keeps, found.failures


def test_both_gaps_of_a_cut_route_count() -> None:
    """A closed piece in the middle leaves a stretch on each side of it, each with its own rule."""
    made = documents()
    made["scenario"]["policy"]["spacing"]["t1"] = {
        "route": "T1", "max_gap_km": 60.0, "from_year": 2026,
    }  # fmt: skip
    close(made, 2041, "u0-u1", "u3-b", "v2m-v3", "v3-a")
    found = check_spacing(dossier(made))
    assert not found.ok
    assert any("2026" in text and "T1 up" in text and "km 90" in text for text in found.failures)
    assert not any("km 1 " in text for text in found.failures)


def test_an_exit_opens_with_any_of_its_roads() -> None:
    """E hangs on both carriageways: closed are the ways up only, then both."""
    made = documents()
    close(made, 2041, "u2-p", "p-u2m")
    assert check_tiers(dossier(made)).ok
    close(made, 2041, "v2-p")
    found = check_tiers(dossier(made))
    assert [text for text in found.failures if "site e" in text and "2030" in text]


def test_no_station_could_stand_before_its_road() -> None:
    """E hangs on both carriageways, which open in 2030: it is in no market before."""
    made = documents()
    close(made, 2030, "u2-p", "p-u2m", "v2-p")
    d = dossier(made)
    e = next(site for site in d.sites["sites"] if site["id"] == "e")
    assert [could_stand(d, e, year) for year in d.years] == [False, True]


def shut(made: Documents, closes: int, *arcs: str) -> None:
    """Let arcs close in a year."""
    for arc in made["network"]["arcs"]:
        if arc["id"] in arcs:
            arc["close_year"] = closes


@pytest.mark.parametrize(("closes", "ok"), [(2031, True), (2030, False), (2026, False)])
def test_a_station_is_built_while_its_road_is_open(closes: int, ok: bool) -> None:
    """E opens in 2030 and stays, whatever its road does afterwards."""
    made = documents()
    shut(made, closes, "u2-p", "p-u2m", "v2-p", "p-v2m")
    found = check_tiers(dossier(made))
    assert any("site e" in text for text in found.failures) != ok
    d = dossier(made)
    e = next(site for site in d.sites["sites"] if site["id"] == "e")
    assert [could_stand(d, e, year) for year in d.years] == [closes > 2026, closes > 2030]


def test_a_station_on_a_closed_road_stays_and_is_not_enlarged() -> None:
    """U1 stands from 2026 on as "m"; its carriageway closes in 2030."""
    made = documents()
    shut(made, 2030, "u0-u1", "u1-u2")
    assert check_tiers(dossier(made)).ok
    u1 = next(s for s in made["plan"]["stations"] if s["id"] == "u1")
    u1["timeline"][0]["tier"] = "s"
    found = check_tiers(dossier(made))
    assert [text for text in found.failures if "enlarged in 2030" in text]


def test_a_station_whose_road_is_closed_keeps_no_rule() -> None:
    """E keeps 100 km from km 90 to km 199 in 2030, unless its ramps are closed by then."""
    answers = []
    for closes in (2041, 2030):
        made = documents()
        made["scenario"]["policy"]["spacing"] = {
            "near": {"route": "T1", "max_gap_km": 100.0, "from_year": 2030}
        }
        shut(made, closes, "u2-p", "p-u2m", "v2-p", "p-v2m")
        close(made, 2041, "v2m-v3", "v3-a")
        found = check_spacing(dossier(made))
        answers.append(sum("T1 up" in text for text in found.failures))
    assert answers == [0, 1]


@pytest.mark.parametrize(("opens", "needed"), [(2015, True), (2041, False)])
def test_a_rule_keeps_a_station_on_open_stretches_only(opens: int, needed: bool) -> None:
    """E sells nothing; without it 110 km lie behind U1 and 130 km behind V1, unless roads are closed."""
    made = documents()
    made["scenario"]["policy"] = {
        "spacing": {"near": {"route": "T1", "max_gap_km": 100.0, "from_year": 2030}}
    }
    trips = made["plan"]["trips"]
    made["plan"]["trips"] = [r for r in trips if all(s["station"] != "e" for s in r["stops"])]
    close(made, opens, "u2m-u3", "v2m-v3")
    d = dossier(made)
    found = check_needed(d, keep_ledger(d))
    assert any("station e" in text for text in found.failures) != needed
