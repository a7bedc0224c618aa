"""Check of the value of service: every design of it driven and priced, every law of price held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from corridor.certificate.bound import gap_of
from corridor.certificate.decimals import exact
from corridor.certificate.do_nothing import DRIVEN, check_periods, take
from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.identity import check_identity
from corridor.certificate.money import (
    ABSOLUTE_CNY,
    RELATIVE,
    Ledger,
    check_budget,
    check_money,
    keep_ledger,
)
from corridor.certificate.stations import check_spacing, check_tiers
from corridor.certificate.unavoidable import unavoidable
from corridor.certificate.verdict import Check, Tally

_ROWS = ("objective_cny", "stations", "trips", "unmet", "supply", "expansions", "costs_npv_cny")
_BUILT: tuple[Callable[[Dossier], Check], ...] = (
    check_identity,
    check_tiers,
    *DRIVEN,
    check_spacing,
)
_KEYS = {"schema", "plan_sha256", "work_share", "points", "stations", "designs"}
_POINT_KEYS = {
    "unmet_price_cny_per_kg",
    "priority_price_cny_per_kg",
    "design",
    "objective_cny",
    "spent_cny",
    "bound_cny",
    "unavoidable_cny",
    "gap",
    "stopped",
    "by_period",
}


@dataclass(frozen=True, slots=True)
class _Line:
    """What a design costs at any price of unmet demand: money spent, and kilograms at that price."""

    run: Dossier
    spent_cny: Decimal
    unmet_kg: Decimal

    def cny(self, price: float) -> float:
        """Return its net present cost. [CNY]."""
        return float(self.spent_cny + exact(price) * self.unmet_kg)


def check_evidence(d: Dossier, ledger: Ledger, evidence: Document) -> Check:
    """Drive and price each design, add up each price, and hold all prices against each other."""
    tally = Tally(
        "evidence",
        "The value of service belongs to this plan; each of its designs is driven, supplied, within rules "
        "and budget and priced like the plan; no design in it would cost less at another price than "
        "what stands there, so that no dearer price leaves more unmet; bounds and gaps follow",
    )
    tally.require(evidence.keys() == _KEYS, f"its keys are {sorted(evidence)}.")
    tally.require(
        evidence["plan_sha256"] == d.hashes["plan.json"], "it was computed for another plan.json."
    )
    tally.require(not d.plan["stations_given"], "the stations of the plan were given, not chosen.")
    price = d.scenario["money"]["unmet_price_cny_per_kg"]
    if not tally.require(price > 0, "unmet demand has no price that could vary."):
        return tally.done()
    plan = _line(d, ledger)
    designs = [_driven(tally, d, ledger, row, n) for n, row in enumerate(evidence["designs"])]
    points = evidence["points"]
    if not tally.require(
        all(p["design"] is None or p["design"] < len(designs) for p in points)
        and {p["design"] for p in points} - {None} == set(range(len(designs))),
        "points name designs that are not there, or designs stand at no price.",
    ):
        return tally.done()
    lines = [plan if p["design"] is None else designs[p["design"]] for p in points]
    for point, line in zip(points, lines, strict=True):
        _check_point(tally, d, ledger, point, line)
    _check_laws(tally, points, [plan, *designs])
    _check_own_price(tally, d, points, price)
    _check_entries(tally, evidence, lines)
    return tally.done()


def _line(d: Dossier, ledger: Ledger) -> _Line:
    unmet = ledger.block("unmet")
    price = exact(d.scenario["money"]["unmet_price_cny_per_kg"])
    return _Line(d, ledger.total - unmet, unmet / price)


def _driven(tally: Tally, d: Dossier, ledger: Ledger, row: Document, number: int) -> _Line:
    """Judge a design as a plan of its own at the plan's own price."""
    run = replace(d, plan={**d.plan, **{key: row[key] for key in _ROWS}})
    own = keep_ledger(run, ledger)
    checks = [*(check(run) for check in _BUILT), check_money(run, own), check_budget(run, own)]
    for check in checks:
        take(tally, replace(check, id=f"design {number}: {check.id}"))
    return _line(run, own)


def _check_point(tally: Tally, d: Dossier, ledger: Ledger, point: Document, line: _Line) -> None:
    """Add up one price again."""
    price = point["unmet_price_cny_per_kg"]
    where = f"at {price:g} CNY/kg: "
    tally.require(point.keys() == _POINT_KEYS, f"{where}its keys are {sorted(point)}.")
    money = d.scenario["money"]
    own = money["unmet_price_cny_per_kg"]
    dear = max(money["priority_price_cny_per_kg"], own) * price / own
    tally.close(
        f"{where}priority price", point["priority_price_cny_per_kg"], dear,
        relative=RELATIVE, absolute=0.0, unit="CNY/kg",
    )  # fmt: skip
    floor = _unavoidable_cny(d, ledger, price, dear)
    true, bound = line.cny(price), point["bound_cny"]
    for name, value in (
        ("objective_cny", true),
        ("spent_cny", float(line.spent_cny)),
        ("unavoidable_cny", floor),
    ):
        tally.close(
            f"{where}{name}", point[name], value,
            relative=RELATIVE, absolute=ABSOLUTE_CNY, unit="CNY",
        )  # fmt: skip
    allowed = _allowed(true)
    tally.require(
        floor - allowed <= bound <= true + allowed,
        f"{where}the bound {bound:.2f} CNY is not between {floor:.2f} CNY, which cannot be avoided, "
        f"and the cost {true:.2f} CNY.",
    )
    decided = max(true - floor, allowed)
    tally.close(
        f"{where}gap", point["gap"], gap_of(true, bound, floor),
        relative=1e-6, absolute=1e-9 + 2 * allowed / decided, unit="",
    )  # fmt: skip
    check_periods(tally, line.run, point["by_period"], where)


def _unavoidable_cny(d: Dossier, ledger: Ledger, price: float, dear: float) -> float:
    money = {
        **d.scenario["money"],
        "unmet_price_cny_per_kg": price,
        "priority_price_cny_per_kg": dear,
    }
    other = replace(d, scenario={**d.scenario, "money": money})
    rows = unavoidable(other, ledger.market, ledger.weights).values()
    return float(sum((row.cny for row in rows), Fraction(0)))


def _check_laws(tally: Tally, points: list[Document], lines: list[_Line]) -> None:
    """Let every design compete at every price.

    What stands at the prices is then the lower edge of lines that rise with the price: concave, never
    falling, and no dearer price leaves more unmet, those with priority counted by their price.
    """
    prices = [point["unmet_price_cny_per_kg"] for point in points]
    if not tally.require(
        all(low < high for low, high in pairwise(prices)), f"the prices {prices} do not rise."
    ):
        return
    for price, point in zip(prices, points, strict=True):
        for number, line in enumerate(lines):
            name = f"design {number - 1}" if number else "the plan"
            tally.require(
                point["objective_cny"] <= line.cny(price) + _allowed(line.cny(price)),
                f"at {price:g} CNY/kg {name} costs {line.cny(price):.2f} CNY, less than the "
                f"{point['objective_cny']:.2f} CNY of what stands there.",
            )


def _check_own_price(tally: Tally, d: Dossier, points: list[Document], price: float) -> None:
    """Compare the point at the plan's own price with the plan."""
    own = [point for point in points if point["unmet_price_cny_per_kg"] == price]
    if not tally.require(
        len(own) == 1, f"the plan's own price {price:g} CNY/kg is not there once."
    ):
        return
    (point,), allowed = own, _allowed(d.plan["objective_cny"])
    if point["design"] is None:
        for name in ("objective_cny", "bound_cny", "unavoidable_cny"):
            tally.close(
                f"at the plan's own price: {name}", point[name], d.plan[name],
                relative=RELATIVE, absolute=ABSOLUTE_CNY, unit="CNY",
            )  # fmt: skip
    else:
        tally.require(
            point["objective_cny"] < d.plan["objective_cny"] - allowed,
            "at the plan's own price another design stands that costs no less than the plan.",
        )


def _check_entries(tally: Tally, evidence: Document, lines: list[_Line]) -> None:
    """Find out again at which prices every new station stands, and when it enters."""
    prices = [point["unmet_price_cny_per_kg"] for point in evidence["points"]]
    stands: dict[str, list[bool]] = {}
    for n, line in enumerate(lines):
        for station in line.run.plan["stations"]:
            if not station["existing"]:
                stands.setdefault(station["id"], [False] * len(prices))[n] = True
    rows = evidence["stations"]
    said = {row["id"]: row for row in rows}
    tally.require(
        said.keys() == stands.keys() and len(said) == len(rows),
        "its stations are not those of its designs, each once.",
    )
    for key in said.keys() & stands.keys():
        here, row = stands[key], said[key]
        gone = max((n for n, there in enumerate(here) if not there), default=-1)
        above = prices[gone] if 0 <= gone < len(prices) - 1 else None
        by = prices[gone + 1] if gone < len(prices) - 1 else None
        tally.require(
            row["stands_at_cny_per_kg"]
            == [p for p, there in zip(prices, here, strict=True) if there]
            and (row["enters_above_cny_per_kg"], row["enters_by_cny_per_kg"]) == (above, by),
            f"station {key}: stands at other prices, or enters between others, than is said.",
        )


def _allowed(cny: float) -> float:
    return RELATIVE * abs(cny) + ABSOLUTE_CNY
