"""What the siting stage answers: levels, stop plans, deliveries, bound and gap."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from corridor.siting.unavoidable import UnavoidablePenalty

Status = Literal["OPTIMAL", "FEASIBLE"]


class SolverChoice(Protocol):
    """What `solve` wants to know about the solver; `Scenario.solver` is one."""

    @property
    def name(self) -> Literal["highs", "cbc", "scip"]:
        """Solver of the mixed-integer programme."""

    @property
    def gap_target(self) -> float:
        """Proven gap, of the money that can be decided, at which the search may stop [-]."""

    @property
    def work_limit(self) -> float:
        """Deterministic work that the search may do; a unit is one to two CPU seconds [units]."""

    @property
    def time_limit_s(self) -> float:
        """Safety stop in CPU seconds of the process; a plan that it stopped is not reproducible [s]."""

    @property
    def seed(self) -> int:
        """Seed of the solver and of the local search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverSettings:
    """A `SolverChoice` without a scenario, for scripts and tests.

    Parameters
    ----------
    name
        Solver of the mixed-integer programme.
    gap_target
        Proven gap, of the money that can be decided, at which the search may stop. [-]
    work_limit
        Deterministic work that the search may do; a unit is one to two CPU seconds. [units]
    time_limit_s
        Safety stop in CPU seconds of the process. [s]
    seed
        Seed of the solver.
    """

    name: Literal["highs", "cbc", "scip"] = "highs"
    gap_target: float = 0.01
    work_limit: float = 60.0
    time_limit_s: float = 1200.0
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPlan:
    """So many trucks a day drive this way and stop exactly there.

    Parameters
    ----------
    flow, way
        Index of the flow in the problem and of the way in the flow.
    trips_per_day
        Trips that follow this plan. [1/day]
    purchases
        (index of the stop in the way, hydrogen taken) in driving order; every amount is a whole
        positive number of grams. [g]
    """

    flow: int
    way: int
    trips_per_day: float
    purchases: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchEnd:
    """How the search ended; nothing here depends on the machine unless the clock stopped it.

    Parameters
    ----------
    stopped
        ``target``: the gap target was proven; ``work``: the budget of work was used, or nothing was
        left to try; ``clock``: the time limit came first, and another run may end elsewhere;
        ``crash``, ``hang``, ``memory``: the solver crashed, stood still or ran out of memory, and
        the plan is the best until then.
    moves_tested
        Changes of the design whose cost was worked out.
    locally_optimal
        Whether every change that the search knows was tried on the plan and none lowers its cost.
    """

    stopped: Literal["target", "work", "clock", "crash", "hang", "memory"]
    moves_tested: int = 0
    locally_optimal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualDesign:
    """A design one change away from the plan's that costs the same: what is different in it.

    Parameters
    ----------
    sites
        (site, its tier number in every period), for each site that differs.
    sources
        (source, its expansion steps in every period), for each source that differs.
    """

    sites: tuple[tuple[int, tuple[int, ...]], ...] = ()
    sources: tuple[tuple[int, tuple[int, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetReason:
    """Why trips of a flow stay unserved, as far as arithmetic proves it.

    Parameters
    ----------
    code
        ``no_way``, ``dear``, ``sold_out``, ``no_money`` or ``not_proven``.
    figures
        The numbers that prove it, by name with unit; a name may stand for nothing known (None).
    """

    code: Literal["no_way", "dear", "sold_out", "no_money", "not_proven"]
    figures: dict[str, float | int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A plan with its proof of quality; every number is recomputed from the rows below.

    Parameters
    ----------
    status
        ``OPTIMAL`` exactly where the gap is at most the gap target, else ``FEASIBLE``.
    objective_cny
        Net present cost of exactly the stop plans, levels and deliveries below. [CNY]
    averaged_cny
        Cost of the same stations when purchases are averages over the trucks of a flow, before
        they are made into stop plans of whole grams: at most `objective_cny`. [CNY]
    bound_cny
        No plan of the problem costs less; never below the unavoidable penalty. [CNY]
    unavoidable
        The penalty for unmet demand that no plan of the problem can avoid.
    gap
        Of the money that can be decided: see `corridor.siting.gap.gap_of`. [-]
    search
        How the search ended.
    levels
        Per period and site, the tier number that stands there, counted from 1; 0 is none.
    steps
        Per period and source, the number of expansion steps bought so far.
    stop_plans
        Every served trip, in canonical order (flow, trips falling).
    unmet_trips_per_day
        Per flow. [1/day]
    unmet_reasons
        Per flow, why trips stay unserved; None where none do.
    shared_by_rule
        Per flow, whether its unserved trips follow from the rule that shares a shortage alike.
    supply_kg_per_day
        Per period, source and site: what leaves the source. [kg/day]
    equal_designs
        Designs one change away whose averaged cost is the same, to what counts as a gain; the plan
        comes before them in the stated order. None where not all changes were tried.
    sizes
        Sizes of the problem before and after the reductions.
    effort
        Sizes of the model and of the search: how the answer was found, not what it is.
    """

    status: Status
    objective_cny: float
    averaged_cny: float
    bound_cny: float
    unavoidable: UnavoidablePenalty
    gap: float
    gap_target: float
    search: SearchEnd
    levels: tuple[tuple[int, ...], ...]
    steps: tuple[tuple[int, ...], ...]
    stop_plans: tuple[StopPlan, ...]
    unmet_trips_per_day: tuple[float, ...]
    unmet_reasons: tuple[UnmetReason | None, ...]
    supply_kg_per_day: tuple[tuple[tuple[float, ...], ...], ...]
    solver_name: str
    solver_version: str
    pulp_version: str
    options: dict[str, str | int | float] = field(default_factory=dict)
    status_reported: str = ""
    seconds: float = 0.0
    nodes: int = 0
    log: str = ""
    sizes: dict[str, int] = field(default_factory=dict)
    effort: dict[str, int] = field(default_factory=dict)
    shared_by_rule: tuple[bool, ...] = ()
    equal_designs: tuple[EqualDesign, ...] | None = None
