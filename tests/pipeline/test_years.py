"""No façade in the years inside a period: asked for in a file, they move demand, stations and cost."""

from __future__ import annotations

from pathlib import Path

from tests.pipeline.running import SMALL, CommandRun, run_command


def grown(root: Path, folder: Path, rule: str) -> CommandRun:
    """Solve the small scenario with freight that doubles in 2032, years counted by a rule."""
    text = SMALL.format(root=root.as_posix())
    for trips in (20, 24, 15):
        text = text.replace(f"{{ 2030 = {trips} }}", f"{{ 2030 = {trips}, 2032 = {2 * trips} }}")
    text = text.replace("horizon_end_year = 2034", f'horizon_end_year = 2034\nyears = "{rule}"')
    text = text.replace("gap_target = 0.0005", "gap_target = 0.01")
    path = folder / f"{rule}.toml"
    path.write_text(text, encoding="utf-8")
    return run_command(path, folder / rule)


def test_years_inside_a_period_move_the_plan(root: Path, tmp_path: Path) -> None:
    """By first years the growth of 2032 is not seen; by runs it is served by stations of 2030."""
    first = grown(root, tmp_path, "first")
    runs = grown(root, tmp_path, "representative")
    for run in (first, runs):
        assert run.summary["certificate"] in {"PASS", "PASS-WITH-GAP"}
    years = [(p["year"], p["last_year"], p["decides"]) for p in runs.plan["periods"]]
    assert years == [(2030, 2031, True), (2032, 2034, False)]
    assert [p["year"] for p in first.plan["periods"]] == [2030]

    before, after = (row["demand_kg_per_day"] for row in runs.plan["kpis"]["by_period"])
    assert before == first.plan["kpis"]["by_period"][0]["demand_kg_per_day"] < after
    for station in runs.plan["stations"]:
        assert len({row["tier"] for row in station["timeline"]}) == 1
        assert [row["year"] for row in station["timeline"]] == [2030, 2032]
    capacity = [
        sum(s["capacity_kg_per_day"] for s in run.plan["stations"]) for run in (first, runs)
    ]
    assert capacity[1] > capacity[0]
    assert runs.plan["objective_cny"] > first.plan["objective_cny"]
