"""What a solver answers, and the one table from its words to ours."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

from corridor.solvers.program import Floats

State = Literal["optimal", "infeasible", "limit", "failed"]


class Flaw(Enum):
    """Why an answer is not believed, in plain words."""

    CRASHED = "the solver crashed"
    HUNG = "the solver did not stop at its limit and was ended"
    IDLE = "the solver stood still and was ended"
    OUT_OF_MEMORY = "the solver ran out of memory"
    REFUSED = "the solver refused the model"
    GAVE_UP = "the solver reports that it failed"
    UNKNOWN_STATUS = "the solver ends with a status that means nothing here"
    NOT_A_NUMBER = "the answer holds numbers that are none"
    NO_VALUES = "the solver claims an optimum and shows no point"
    WRONG_LENGTH = "the point does not fit the model"
    BREAKS_ROWS = "the point breaks rows or bounds of the model"
    NOT_WHOLE = "the point is not whole where it must be"
    WRONG_OBJECTIVE = "the point is not worth what the solver says"
    BOUND_PAST_POINT = "the bound is past the objective of the solver's own point"
    BOUND_PAST_PLAN = "the bound is past a plan that is known"
    NO_BOUND = "the solver claims an optimum and proves no bound"
    PLAN_EXISTS = "the solver calls infeasible what a known plan satisfies"
    NOT_CONFIRMED = "a second solve does not confirm that the model is infeasible"


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What a solver answered; nothing in it is believed before `trust.check` has seen it.

    Parameters
    ----------
    state
        ``optimal`` within the gap asked for, ``infeasible``, ``limit`` (a limit came first) or ``failed``.
    values
        Best point, None where there is none.
    objective
        Its value; NaN where there is none.
    bound
        No point of the programme is better; infinite where nothing is proven.
    nodes
        Nodes of the search tree.
    reported
        The solver's own status.
    work
        Deterministic work of this solve. [units]
    iterations
        Simplex iterations.
    stopped_by_clock
        True: a clock ended the solve, so that it is not reproducible.
    flaw
        Why the answer is not believed; its state is ``failed`` then.
    """

    state: State
    values: Floats | None
    objective: float
    bound: float
    nodes: int = 0
    reported: str = ""
    work: float = 0.0
    iterations: int = 0
    stopped_by_clock: bool = False
    flaw: Flaw | None = None


def failed(flaw: Flaw, reported: str = "", *, maximise: bool = False) -> Result:
    """Return an answer of which nothing is believed."""
    nothing = float("inf") if maximise else float("-inf")
    return Result("failed", None, float("nan"), nothing, reported=reported or flaw.value, flaw=flaw)


_HIGHS: dict[str, State] = {
    "kOptimal": "optimal",
    "kModelEmpty": "optimal",
    "kInfeasible": "infeasible",
    "kUnboundedOrInfeasible": "infeasible",
    "kObjectiveBound": "limit",
    "kObjectiveTarget": "limit",
    "kTimeLimit": "limit",
    "kIterationLimit": "limit",
    "kSolutionLimit": "limit",
    "kInterrupt": "limit",
    "kHighsInterrupt": "limit",
}

_SCIP: dict[str, State] = {
    "optimal": "optimal",
    "gaplimit": "optimal",
    "infeasible": "infeasible",
    "inforunbd": "infeasible",
    "userinterrupt": "limit",
    "terminate": "limit",
    "nodelimit": "limit",
    "totalnodelimit": "limit",
    "stallnodelimit": "limit",
    "timelimit": "limit",
    "memlimit": "limit",
    "sollimit": "limit",
    "bestsollimit": "limit",
    "restartlimit": "limit",
    "primallimit": "limit",
    "duallimit": "limit",
}

_CBC: dict[str, State] = {
    "Optimal": "optimal",
    "Unbounded": "failed",
    "Infeasible": "infeasible",
    "Integer infeasible": "infeasible",
    "Stopped on time": "limit",
    "Stopped on iterations": "limit",
    "Stopped on difficulties": "limit",
    "Stopped on ctrl-c": "limit",
}

STATES: Final[dict[str, dict[str, State]]] = {"highs": _HIGHS, "scip": _SCIP, "cbc": _CBC}
"""State by solver and its own status; whatever is not listed is ``failed``."""


def state_of(solver: str, status: str) -> State:
    """Return the state that a solver's own status stands for."""
    return STATES[solver].get(status, "failed")


def flaw_of_highs(status: str) -> Flaw:
    """Return what a status that is no answer stands for."""
    if status == "kMemoryLimit":
        return Flaw.OUT_OF_MEMORY
    return Flaw.REFUSED if status in ("kModelError", "kLoadError") else Flaw.GAVE_UP
