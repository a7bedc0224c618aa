"""The line that every plan is held against: what stands already, and nothing new."""

from __future__ import annotations

from typing import Any

from corridor.evaluation.operated import operated_rows
from corridor.siting.question import Question
from corridor.siting.solution import Solution


def do_nothing(question: Question, standing: Solution) -> dict[str, Any]:
    """Write down what it costs, and whom it leaves unserved, to build nothing.

    Parameters
    ----------
    question
        What is asked.
    standing
        From `corridor.siting.standing.operate_what_stands`.

    Returns
    -------
    dict
        ``do_nothing`` of docs/formats.md, section 8: every row that it takes to drive it again.
    """
    row = operated_rows(question, standing)
    cost = row["objective_cny"]
    bound = min(standing.bound_cny, cost) if row["stations"] else cost
    return {**row, "bound_cny": bound}
