"""Makes the answer made by hand importable by its plain name; a small real question and its answer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from corridor.pipeline.study import pose_question
from corridor.scenario.load import load_scenario
from corridor.siting.question import Question
from corridor.siting.solution import Solution
from corridor.siting.solve import solve
from tests.pipeline.running import SMALL

sys.path.insert(0, str(Path(__file__).parent))

Asked = tuple[Question, Solution]


@pytest.fixture(scope="session")
def asked(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Return a question of four flows, some of them short of hydrogen, and its answer."""
    text = (
        SMALL.format(root=root.as_posix())
        + '\n[plant.meijin]\ncoke_mt_per_year = 0.03\n[works.luxi-park]\nplant = "panbei"\n'
    )
    path = tmp_path_factory.mktemp("asked") / "small.toml"
    path.write_text(text, encoding="utf-8")
    question = pose_question(load_scenario(path))
    return question, solve(question.problem, question.scenario.solver)
