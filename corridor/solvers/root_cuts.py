"""The cuts of HiGHS's own root: what it combines from the rows of a programme before it branches."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from corridor.solvers.clock import simplex_work
from corridor.solvers.interrupt import Stop
from corridor.solvers.program import LinearProgram, Rows
from corridor.solvers.silent import silent_highs

OPTIONS: Final = {
    "threads": 1,
    "presolve": "off",
    "mip_heuristic_effort": 0.0,
    "mip_allow_restart": False,
    "mip_max_nodes": 1,
}
"""No presolve, so that the cuts speak of these columns; nothing but cuts is asked for."""


CUT_FACTOR: Final = 4.0
"""How much more an iteration stands for between two rounds of cuts than in a plain solve. [-]"""


def root_cuts(
    program: LinearProgram, seed: int, stop: Stop | None, better_than: float
) -> tuple[Rows, float]:
    """Return the rows that HiGHS adds to a programme at the root of its tree.

    Parameters
    ----------
    program
        What to solve, separated rows included.
    seed
        Seed of HiGHS.
    stop
        Asked now and then; True ends the search for cuts.
    better_than
        Objective of a plan that is known. HiGHS fixes columns by the points that it finds, so that its cuts
        hold for what is better than those; the rows hold for all that is better than this plan.

    Returns
    -------
    tuple
        The rows, none where HiGHS ended before or found a point as good as the plan; and the work done.
        [units]
    """
    import highspy

    highs = silent_highs()
    for name, value in {**OPTIONS, "random_seed": seed}.items():
        highs.setOptionValue(name, value)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(program.cost), len(program.row_low)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = (
        program.cost,
        program.column_low,
        program.column_up,
    )
    lp.row_lower_, lp.row_upper_ = program.row_low, program.row_up
    matrix = lp.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_ = program.rows.indptr.astype(np.int32)
    matrix.index_ = program.rows.indices.astype(np.int32)
    matrix.value_ = program.rows.data.astype(np.float64)
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in program.integer]
    highs.passModel(lp)
    pools: list[Rows] = []

    def take(event: Any) -> None:
        out = event.data_out
        lower = np.array(out.cutpool_lower)
        column = np.array(out.cutpool_index, dtype=np.int64)
        first = np.append(np.array(out.cutpool_start, dtype=np.int64)[: len(lower)], len(column))
        value, upper = np.array(out.cutpool_value), np.array(out.cutpool_upper)
        pools.append(Rows(first, column, value, lower, upper))
        event.interrupt()

    def ask(event: Any) -> None:
        if pools or (stop is not None and stop()):
            event.interrupt()

    highs.cbMipGetCutPool += take
    highs.cbMipInterrupt += ask
    highs.run()
    info = highs.getInfo()
    iterations = max(0, int(info.simplex_iteration_count))
    work = CUT_FACTOR * simplex_work(iterations, len(program.row_low), program.rows.nnz)
    found = info.primal_solution_status == 2
    holds = not found or float(info.objective_function_value) >= better_than
    return (pools[-1] if pools and holds else Rows.of([])), work
