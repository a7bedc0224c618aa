"""What of a solver's answer is believed: only what can be recomputed, or was said twice.

Every flaw is a named outcome (`Flaw`). The caller keeps the best plan that it has; where it has none,
SolverError says what happened.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from corridor.core.errors import SolverError
from corridor.solvers.program import Cut, Floats, LinearProgram, Rows, with_cuts
from corridor.solvers.result import Flaw, Result, State, failed

EQUAL: Final = 1e-6
"""Difference of two objectives that are still called equal, as a share of them. [-]"""

FEASIBLE: Final = 1e-5
"""Violation of a row that is let pass, as a share of the sizes that meet in it. [-]"""

WHOLE: Final = 1e-5
"""Distance from a whole number that is let pass. [-]"""

_STATES: Final[tuple[State, ...]] = ("optimal", "infeasible", "limit", "failed")

Call = Callable[[], Result]


def guarded(
    call: Call,
    program: LinearProgram,
    *,
    incumbent: bool,
    cuts: Sequence[Cut] = (),
    known: float | None = None,
    relaxed: bool = False,
    confirm: Call | None = None,
    who: str = "HiGHS",
) -> Result:
    """Call a solver and return what is believed of its answer.

    Parameters
    ----------
    call
        Calls the solver.
    program, cuts
        What it was asked to solve; the rows added to the programme are not in it.
    incumbent
        Whether the caller has a plan to go on with. If so a flawed answer comes back as state
        ``failed`` with its `Flaw`; if not, SolverError is raised.
    known
        Objective of a point of this very programme that was verified; None: none.
    relaxed
        True: integrality was dropped.
    confirm
        A second opinion on "infeasible"; without one it is not believed.
    who
        Name of the solver, for messages.

    Raises
    ------
    SolverError
        If the answer is flawed and there is no incumbent.
    """
    result = check(called(call, program), program, cuts=cuts, known=known, relaxed=relaxed)
    if result.state == "infeasible":
        result = _confirmed(result, program, confirm)
    if result.state == "failed" and not incumbent:
        flaw = result.flaw or Flaw.GAVE_UP
        said = f" ({result.reported})" if result.reported not in ("", flaw.value) else ""
        raise SolverError(
            f"{who}: {flaw.value}{said}, and no plan was found before.",
            "Try another seed or solver (solver.seed, solver.name), and please report the scenario.",
        )
    return result


def called(call: Call, program: LinearProgram) -> Result:
    """Call a solver and return its answer; whatever is thrown is an answer too."""
    try:
        answer: object = call()
        if isinstance(answer, Result):
            return answer
        return failed(Flaw.UNKNOWN_STATUS, f"it returns {answer!r:.80}", maximise=program.maximise)
    except MemoryError as error:
        return failed(Flaw.OUT_OF_MEMORY, str(error), maximise=program.maximise)
    except SolverError as error:
        return failed(Flaw.GAVE_UP, error.problem, maximise=program.maximise)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        return failed(Flaw.CRASHED, said, maximise=program.maximise)


def _confirmed(result: Result, program: LinearProgram, confirm: Call | None) -> Result:
    second = None if confirm is None else called(confirm, program)
    if second is not None and second.state == "infeasible":
        return result
    said = "" if second is None else f", a second solve: {second.reported or second.state}"
    return failed(Flaw.NOT_CONFIRMED, result.reported + said, maximise=program.maximise)


def check(
    result: Result,
    program: LinearProgram,
    *,
    cuts: Sequence[Cut] = (),
    known: float | None = None,
    relaxed: bool = False,
) -> Result:
    """Return an answer with its objective recomputed, or one of which nothing is believed.

    Parameters
    ----------
    result
        What the solver said.
    program, cuts
        What it was asked to solve.
    known
        Objective of a verified point of this very programme; None: none.
    relaxed
        True: integrality was dropped.
    """
    flaw, objective = _flaw(result, program, cuts, known, relaxed=relaxed)
    if flaw is None:
        return replace(result, objective=objective)
    bad = failed(flaw, result.reported, maximise=program.maximise)
    return replace(
        bad,
        nodes=result.nodes,
        work=result.work,
        iterations=result.iterations,
        stopped_by_clock=result.stopped_by_clock,
    )


def _flaw(
    result: Result,
    program: LinearProgram,
    cuts: Sequence[Cut],
    known: float | None,
    *,
    relaxed: bool,
) -> tuple[Flaw | None, float]:
    """Return what is wrong with an answer, and the objective of its point recomputed."""
    nothing = math.nan
    flaw = _flaw_of_words(result, program, known)
    if flaw is not None or result.values is None:
        return flaw, nothing
    flaw = _flaw_of_point(result.values, program, cuts, relaxed=relaxed)
    if flaw is not None:
        return flaw, nothing
    objective = math.fsum(program.cost * result.values)
    if not abs(objective - result.objective) <= slack(objective):
        return Flaw.WRONG_OBJECTIVE, nothing
    if _sign(program) * (result.bound - objective) > slack(objective):
        return Flaw.BOUND_PAST_POINT, nothing
    return None, objective


def _flaw_of_words(result: Result, program: LinearProgram, known: float | None) -> Flaw | None:
    """Return what is wrong with status and bound, whatever the point."""
    if result.state not in _STATES:
        return Flaw.UNKNOWN_STATUS
    if result.state == "failed":
        return result.flaw or Flaw.GAVE_UP
    if math.isnan(result.bound):
        return Flaw.NOT_A_NUMBER
    if result.state == "infeasible":
        return Flaw.PLAN_EXISTS if known is not None else None
    if known is not None and _sign(program) * (result.bound - known) > slack(known):
        return Flaw.BOUND_PAST_PLAN
    if result.state == "optimal" and result.values is None:
        return Flaw.NO_VALUES
    if result.state == "optimal" and math.isinf(result.bound):
        return Flaw.NO_BOUND
    return None


def _sign(program: LinearProgram) -> float:
    return -1.0 if program.maximise else 1.0


def slack(objective: float) -> float:
    """Return by how much two objectives may differ and still be called equal."""
    return EQUAL * max(1.0, abs(objective))


def _flaw_of_point(
    values: object, program: LinearProgram, cuts: Sequence[Cut], *, relaxed: bool
) -> Flaw | None:
    """Return what is wrong with a point."""
    try:
        point = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        return Flaw.NOT_A_NUMBER
    if point.shape != program.cost.shape:
        return Flaw.WRONG_LENGTH
    if not np.isfinite(point).all():
        return Flaw.NOT_A_NUMBER
    if violation(point, program, cuts) > FEASIBLE:
        return Flaw.BREAKS_ROWS
    if not relaxed:
        whole = point[program.integer]
        if (np.abs(whole - np.round(whole)) > WHOLE).any():
            return Flaw.NOT_WHOLE
    return None


def violation(point: Floats, program: LinearProgram, cuts: Sequence[Cut] = ()) -> float:
    """Return the worst violation at a point, as a share of the sizes that meet in its row.

    Parameters
    ----------
    point
        Values of all columns.
    program, cuts
        Rows and bounds that should hold.
    """
    beyond = np.maximum(program.column_low - point, point - program.column_up)
    worst = float(np.max(beyond / np.maximum(1.0, np.abs(point)), initial=0.0))
    for rows in (Rows.of_program(program), Rows.of_cuts(cuts)):
        if not len(rows.lower):
            continue
        activity = rows.activity(point)
        size = replace(rows, value=np.abs(rows.value)).activity(np.abs(point))
        beyond = np.maximum(rows.lower - activity, activity - rows.upper)
        worst = max(worst, float(np.max(beyond / np.maximum(1.0, size), initial=0.0)))
    return worst


def second_opinion(
    program: LinearProgram,
    cuts: Sequence[Cut] = (),
    *,
    seed: int = 1,
    nodes: int | None = None,
    stop: Callable[[], bool] | None = None,
) -> Result:
    """Ask HiGHS again whether a programme is infeasible: from scratch, unpresolved, with another seed.

    The relaxation goes first: where it has no point either, no tree is needed.

    Parameters
    ----------
    program, cuts
        The programme.
    seed
        Seed, another one than that of the first opinion.
    nodes
        Most nodes of the tree.
    stop
        Asked now and then; True ends the solve.
    """
    from corridor.solvers.highs import HighsModel

    whole = with_cuts(program, cuts)
    model = HighsModel(whole, seed=seed, stop=stop, options={"presolve": "off"})
    first = model.relaxed()
    if first.state == "infeasible" or not program.integer.any():
        return first
    return check(model.solved(nodes=nodes), whole)
