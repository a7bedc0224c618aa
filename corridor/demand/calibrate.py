"""Market flows fitted to section counts: bounded generalised least squares on the trips.

After Cascetta 1984, *Estimation of trip matrices from traffic counts and survey data: a generalized
least squares estimator*, Transportation Research B 18: the sum of (modelled - counted)^2 / counted
over the sections and of seed_weight x (fitted - seed)^2 / seed over the flows is least. A factor per
flow holds in all periods; the hydrogen of a period stays what its trucks buy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum, sqrt
from typing import TYPE_CHECKING

from corridor.demand.counts import Section, hydrogen_share
from corridor.demand.trips import FlowFactor

if TYPE_CHECKING:
    from corridor.demand.assign import BareLeg
    from corridor.demand.od import OdFlow
    from corridor.demand.tonnage import FlowKey

    Trips = Mapping[int, Mapping[FlowKey, float]]
    Walks = Mapping[int, Mapping[FlowKey, tuple[BareLeg, ...]]]

LEAST_FACTOR = 0.01
"""No flow is fitted away: of its seed at least this is left. [-]"""


def passages(section: Section, walk: Sequence[BareLeg]) -> int:
    """Return how often a walk passes a counted section."""
    return sum(arc in section.arcs for leg in walk for arc in leg.arcs)


def fit_factors(
    seed_weight: float,
    sections: Sequence[Section],
    flows: Sequence[OdFlow],
    trips: Trips,
    walks: Walks,
) -> tuple[FlowFactor, ...]:
    """Return the factor of every market flow whose trips are not known otherwise.

    Parameters
    ----------
    seed_weight
        Weight of the seed against the counts. [-]
    sections
        Counted sections.
    flows, trips, walks
        All flows; per period their trips a day before the fit, and their walks.
    """
    import numpy as np
    from scipy.optimize import lsq_linear

    share = seed_shares(sections, flows, trips, walks)
    free = [
        flow
        for flow in flows
        if flow.own_trips is None
        and flow.t_per_year is None
        and all(trips[year][flow.id, flow.truck] > 0 for year in share)
    ]
    if not free or not all(share.values()):
        return ()
    column = {(flow.id, flow.truck): i for i, flow in enumerate(free)}
    seed = [fsum(trips[year][key] / share[year] for year in share) / len(share) for key in column]
    matrix = np.zeros((len(sections) + len(free), len(free)))
    right = np.zeros(len(sections) + len(free))
    for row, section in enumerate(sections):
        weight = 1 / sqrt(max(section.counted_per_day, 1.0))
        known = 0.0
        for flow in flows:
            key = (flow.id, flow.truck)
            if not section.sees(flow.truck):
                continue
            count = passages(section, walks[section.year][key]) * trips[section.year][key]
            if key in column:
                matrix[row, column[key]] = weight * count / share[section.year]
            else:
                known += count / share[section.year]
        right[row] = weight * (section.counted_per_day - known)
    for i, amount in enumerate(seed):
        matrix[len(sections) + i, i] = right[len(sections) + i] = sqrt(seed_weight * amount)
    fitted = lsq_linear(matrix, right, bounds=(LEAST_FACTOR, np.inf), method="bvls", tol=1e-14)
    return tuple(
        FlowFactor(od=flow.id, truck=flow.truck, factor=float(fitted.x[i]))
        for i, flow in enumerate(free)
    )


def seed_shares(
    sections: Sequence[Section], flows: Sequence[OdFlow], trips: Trips, walks: Walks
) -> dict[int, float]:
    """Return, for each period that was counted, hydrogen trucks over trucks counted [-]."""
    rows: dict[int, list[tuple[float, float]]] = {}
    for section in sections:
        modelled = fsum(
            passages(section, walks[section.year][flow.id, flow.truck])
            * trips[section.year][flow.id, flow.truck]
            for flow in flows
            if section.sees(flow.truck)
        )
        rows.setdefault(section.year, []).append((modelled, section.counted_per_day))
    return {year: hydrogen_share(pairs) for year, pairs in rows.items()}


def with_factors(
    factors: Sequence[FlowFactor],
    trips: Mapping[FlowKey, float],
    wanted_g: Mapping[FlowKey, int],
) -> dict[FlowKey, float]:
    """Return the trips of a period after the fit, their hydrogen as before."""
    factor = {(row.od, row.truck): row.factor for row in factors}
    before = fsum(trips[key] * wanted_g[key] for key in factor)
    after = fsum(trips[key] * wanted_g[key] * factor[key] for key in factor)
    level = before / after if after > 0 else 1.0
    return {
        key: count * factor[key] * level if key in factor else count for key, count in trips.items()
    }
