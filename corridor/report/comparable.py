"""What of two runs may be compared: one question or two, one measure of money or two, one road or two."""

from __future__ import annotations

from corridor.core.files import canonical_json, sha256_text
from corridor.report.folder import Json, RunFolder, at

NO_PART_OF_THE_QUESTION = frozenset(
    {"name", "title", "title_zh", "description", "extends", "preset", "solver"}
)
"""Keys of a scenario that do not change what is asked: what it is called, and how it is searched."""

FRAME = {
    "/time/base_year": "base year",
    "/time/horizon_end_year": "last year of the horizon",
    "/money/discount_rate": "discount rate",
    "/money/price_year": "price year",
}
"""What money is measured in: where one differs, no sum of the two runs is subtracted."""

PENALTY = {
    "/money/unmet_price_cny_per_kg": "price of unmet demand",
    "/money/priority_price_cny_per_kg": "price of unmet demand of the first trucks",
}
"""What the penalty is measured in: where one differs, only what is spent is subtracted."""

CORRIDOR, CERTIFICATE = "corridor", "certificate"
NETWORK, CODE, PERIODS = "network", "version of the program", "periods"


def question_of(run: RunFolder) -> str:
    """Return a hash of what a run answers; `solve` and `evaluate` of one scenario have the same.

    Parameters
    ----------
    run
        The run; of its scenario all counts that changes what is asked, of its inputs every byte.
    """
    scenario = {k: v for k, v in run.scenario.items() if k not in NO_PART_OF_THE_QUESTION}
    inputs = {
        name: digest
        for name, digest in run.hashes.items()
        if name.startswith("inputs/") and name != "inputs/scenario.json"
    }
    return sha256_text(canonical_json({"scenario": scenario, "inputs": inputs}))


def obstacles(base: RunFolder, other: RunFolder) -> list[Json]:
    """Return what forbids to compare two runs, or asks for care.

    Returns
    -------
    list of dict
        ``what``, the two values (None where they are no plain values) and ``stops``: ``all`` (no
        figure is ranked), ``money`` (no sum of money is), ``penalty`` (nothing that holds the
        penalty is) or ``nothing`` (a warning).
    """
    found = []

    def differ(what: str, stops: str, one: object, two: object) -> None:
        found.append({"what": what, "stops": stops, "base": one, "other": two})

    if not _nodes(base) & _nodes(other):
        differ(CORRIDOR, "all", base.network.get("name"), other.network.get("name"))
    if "FAIL" in (base.verdict, other.verdict):
        differ(CERTIFICATE, "all", base.verdict, other.verdict)
    for keys, stops in ((FRAME, "money"), (PENALTY, "penalty")):
        for key, what in keys.items():
            one, two = at(base.scenario, key), at(other.scenario, key)
            if one != two:
                differ(what, stops, one, two)
    if base.hashes["inputs/network.json"] != other.hashes["inputs/network.json"]:
        differ(NETWORK, "nothing", None, None)
    years = [[period["year"] for period in run.plan["periods"]] for run in (base, other)]
    if years[0] != years[1]:
        differ(PERIODS, "nothing", *(", ".join(map(str, row)) for row in years))
    codes = [(run.manifest or {}).get("code_sha256") for run in (base, other)]
    if None not in codes and codes[0] != codes[1]:
        differ(CODE, "nothing", None, None)
    return found


def stopped(found: list[Json]) -> frozenset[str]:
    """Return what is not compared: of ``all``, ``money`` and ``penalty`` each takes in the next."""
    order = ("all", "money", "penalty")
    first = min((order.index(row["stops"]) for row in found if row["stops"] in order), default=3)
    return frozenset(order[first:])


def cost_between(base: RunFolder, other: RunFolder, found: list[Json]) -> Json:
    """Return how the cost of a run differs from the baseline's, money apart from penalty.

    Parameters
    ----------
    found
        From `obstacles`.

    Returns
    -------
    dict
        ``verdict``: ``certified`` (one question: the certified costs rank the plans), ``proven``
        (two questions, whose best costs differ beyond what is not proven), ``open`` (they may not)
        or ``not_compared``; differences [CNY], None where they are not compared; ``at_least_cny``
        and ``at_most_cny``, between which the difference of the best costs lies [CNY].
    """
    stops = stopped(found)
    spent = money_of(other)["spent_cny"] - money_of(base)["spent_cny"]
    if "penalty" in stops:
        return {
            "verdict": "not_compared",
            "spent_difference_cny": None if "money" in stops else spent,
            **dict.fromkeys(
                ("penalty_difference_cny", "difference_cny", "at_least_cny", "at_most_cny")
            ),
        }
    difference = other.plan["objective_cny"] - base.plan["objective_cny"]
    least = other.plan["bound_cny"] - base.plan["objective_cny"]
    most = other.plan["objective_cny"] - base.plan["bound_cny"]
    verdict = "open" if least <= 0 <= most else "proven"
    if question_of(base) == question_of(other):
        verdict, least, most = "certified", difference, difference
    return {
        "verdict": verdict,
        "spent_difference_cny": spent,
        "penalty_difference_cny": difference - spent,
        "difference_cny": difference,
        "at_least_cny": least,
        "at_most_cny": most,
    }


def money_of(run: RunFolder) -> Json:
    """Return what a plan spends and what penalty it bears for unmet hydrogen, net present [CNY]."""
    penalty = at(run.plan, "/costs_npv_cny/unmet") or 0.0
    return {"spent_cny": run.plan["objective_cny"] - penalty, "penalty_cny": penalty}


def _nodes(run: RunFolder) -> set[str]:
    return {node["id"] for node in run.network["nodes"]}
