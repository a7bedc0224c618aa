"""The cheapest design that keeps every rule, whatever it sells: a small cover problem.

It is an answer before anything is relaxed, and it proves whether rules and budget can be kept at all.
"""

from __future__ import annotations

import numpy as np

from corridor.core.errors import LimitError
from corridor.siting.model.period_program import PeriodProgram, joint_budgets
from corridor.siting.rules import Levels
from corridor.siting.search.work import Budget
from corridor.solvers.highs import HighsModel
from corridor.solvers.program import LinearProgram
from corridor.solvers.trust import guarded, second_opinion


def forced_design(
    models: list[PeriodProgram], budget: Budget, seed: int
) -> tuple[Levels, Levels] | None:
    """Return the stations and steps that rules force at least cost; None where none can keep them.

    Parameters
    ----------
    models
        The periods.
    budget
        Pays for the solve.
    seed
        Seed of the solver.

    Returns
    -------
    tuple or None
        Levels and steps per period; None is believed only after a second opinion.

    Raises
    ------
    LimitError
        If the clock came first.
    SolverError
        If the solver gives no answer that can be believed.
    """
    program = _of_designs(models)
    highs = HighsModel(program, seed, stop=budget.clock.stop)
    result = guarded(
        highs.solved,
        program,
        incumbent=False,
        confirm=lambda: second_opinion(program, stop=highs.stop),
    )
    budget.spend(highs.work)
    if result.state == "infeasible":
        return None
    if result.values is None:
        raise LimitError(
            "No plan was found in the time allowed: not even what rules force could be worked out.",
            "Raise solver.time_limit_s, or ask for fewer sites or periods.",
        )
    size = models[0].design
    designs = [
        model.design_of(result.values[n * size : (n + 1) * size]) for n, model in enumerate(models)
    ]
    return tuple(levels for levels, _ in designs), tuple(steps for _, steps in designs)


def _of_designs(models: list[PeriodProgram]) -> LinearProgram:
    """Return the columns of stations and steps of all periods, with the rows that speak of nothing else."""
    import scipy.sparse as sp

    size = models[0].design
    rows, low, up = [], [], []
    for model in models:
        program = model.program
        beyond = np.asarray(abs(program.rows[:, size:]).sum(axis=1)).ravel()
        within = np.asarray(abs(program.rows[:, :size]).sum(axis=1)).ravel()
        kept = np.flatnonzero((beyond == 0) & (within > 0))
        rows.append(program.rows[kept][:, :size])
        low.append(program.row_low[kept])
        up.append(program.row_up[kept])
    blocks = [sp.block_diag(rows, format="csr")]
    one = sp.identity(size, format="csr")
    for n in range(1, len(models)):
        parts = [sp.csr_matrix((size, size))] * len(models)
        parts[n - 1], parts[n] = -one, one
        blocks.append(sp.hstack(parts, format="csr"))
        low.append(np.zeros(size))
        same = models[n].problem.same_as_before(models[n].period)
        up.append(np.zeros(size) if same else np.full(size, np.inf))
    starts = [n * size for n in range(len(models))]
    for terms, limit in joint_budgets(models, starts):
        columns, values = zip(*terms, strict=True)
        row = (values, ([0] * len(columns), columns))
        blocks.append(sp.csr_matrix(row, shape=(1, size * len(models))))
        low.append(np.array([-np.inf]))
        up.append(np.array([limit]))
    programs = [model.program for model in models]
    return LinearProgram(
        cost=np.concatenate([p.cost[:size] for p in programs]),
        column_low=np.concatenate([p.column_low[:size] for p in programs]),
        column_up=np.concatenate([p.column_up[:size] for p in programs]),
        integer=np.ones(size * len(models), dtype=bool),
        rows=sp.vstack(blocks, format="csr"),
        row_low=np.concatenate(low),
        row_up=np.concatenate(up),
    )
