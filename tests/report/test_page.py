"""What the page promises: one file, a strict policy, both languages, nothing uncertified."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib import resources
from pathlib import Path

import pytest
from made_inputs import DOWN, UP
from made_run import documents, write_run
from page_reader import read_page

from corridor.core.errors import InputError
from corridor.report import write_geojson, write_report
from corridor.report.page import leaflet_css, leaflet_js
from corridor.report.text import significant, visible

VENDOR = resources.files("corridor.report") / "vendor" / "leaflet"


def test_leaflet_is_the_published_one() -> None:
    """The vendored files are byte for byte those that VERSION.json names, with their licence."""
    version = json.loads((VENDOR / "VERSION.json").read_text(encoding="utf-8"))

    assert version["version"] == "1.9.4"
    for name, digest in version["sha256"].items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
    assert "BSD 2-Clause" in (VENDOR / "LICENSE").read_text(encoding="utf-8")
    assert "Leaflet 1.9.4" in (VENDOR / "leaflet.js").read_text(encoding="utf-8")[:200]


def test_what_is_inlined_asks_for_nothing() -> None:
    """The inlined Leaflet names no image and no source map."""
    assert "images/" not in leaflet_css()
    assert "sourceMappingURL" not in leaflet_js()


def test_the_policy_names_every_script_and_style_by_hash(made: Path) -> None:
    """What runs is exactly what the policy hashes; no handler, no style attribute, no address."""
    text = write_report(made).read_text(encoding="utf-8")
    page = read_page(text)
    policy = next(v for tag, key, v in page.values if tag == "meta" and v.startswith("default-src"))
    island, *code = page.scripts

    def named(asset: str) -> bool:
        digest = hashlib.sha256(asset.encode("utf-8")).digest()
        return f"'sha256-{base64.b64encode(digest).decode('ascii')}'" in policy

    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in policy
    assert len(code) == 5
    assert all(map(named, [*code, *page.styles]))
    assert not named(island)
    keys = {key for _, key, _ in page.values}
    assert not {key for key in keys if key.startswith("on") or key in ("style", "src", "srcdoc")}
    targets = [v for _, key, v in page.values if key in ("href", "xlink:href", "action", "data")]
    assert all(target.startswith("#") for target in targets)
    assert text.count("<script") == 6


def test_every_word_is_there_in_both_languages(made: Path) -> None:
    """Each English phrase of the page has its Chinese one beside it."""
    text = write_report(made).read_text(encoding="utf-8")
    english = len(re.findall(r'class="en" lang="en"', text))

    assert english > 100
    assert english == len(re.findall(r'class="zh" lang="zh-CN"', text))


def test_links_of_the_contents_lead_somewhere(made: Path) -> None:
    """Each entry of the contents names a section that exists."""
    page = read_page(write_report(made).read_text(encoding="utf-8"))
    ids = {value for _, key, value in page.values if key == "id"}
    links = {value[1:] for tag, key, value in page.values if tag == "a" and key == "href"}

    assert links
    assert links <= ids


def test_stations_stand_on_their_carriageway_in_the_strip(made: Path) -> None:
    """Traffic keeps right: the carriageway of growing chainage is the lower line."""
    text = write_report(made).read_text(encoding="utf-8")
    strip = re.search(r'<svg class="drawing strip".*?</svg>', text, re.DOTALL)
    assert strip
    drawing = strip.group()
    roads = [float(y) for y in re.findall(r'y1="([0-9.]+)"[^>]*class="road"', drawing)]
    circles = re.findall(r'<circle cx="([0-9.]+)" cy="([0-9.]+)" r="6.5"', drawing)

    assert f"← {DOWN}" in drawing
    assert f"{UP} →" in drawing
    assert roads[0] < roads[1]
    # The two stations that open in the first period stand opposite each other at km 30.
    assert len({x for x, _ in circles}) == 1
    assert sorted(float(y) for _, y in circles) == roads


@pytest.mark.parametrize("verdict", ["FAIL", None])
def test_an_uncertified_plan_is_withheld(tmp_path: Path, verdict: str | None) -> None:
    """Without a certificate that passes, no station and no figure of the plan is shown."""
    docs = documents()
    for station in docs["plan.json"]["stations"]:
        station["name_en"] = "only in the plan"
    text = write_report(write_run(tmp_path, docs, verdict=verdict)).read_text(encoding="utf-8")
    page = read_page(text)

    assert "FAIL" in text
    assert "only in the plan" not in text
    assert 'class="banner"' in text
    assert page.tags["section"] < 8
    assert not [f for f in page.figures if "data-file" not in f.attributes]
    if verdict == "FAIL":
        assert "coal.t49.2030: dry at km 88" in text


def test_a_certificate_of_other_files_does_not_count(made: Path) -> None:
    """A plan that was changed after it was certified is withheld, and the file is named."""
    plan = json.loads((made / "plan.json").read_text(encoding="utf-8"))
    del plan["stations"][0]
    (made / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    text = write_report(made).read_text(encoding="utf-8")

    assert "plan.json is not the file that the certificate judged" in text
    assert 'id="stations"' not in text


def test_a_certificate_that_was_edited_does_not_count(tmp_path: Path) -> None:
    """FAIL turned into PASS by hand is noticed by the certificate's own hash."""
    folder = write_run(tmp_path, verdict="FAIL")
    text = (folder / "certificate.json").read_text(encoding="utf-8")
    (folder / "certificate.json").write_text(text.replace('"FAIL"', '"PASS"'), encoding="utf-8")

    assert "certificate.json was altered" in write_report(folder).read_text(encoding="utf-8")


def test_a_gap_above_target_is_said(tmp_path: Path) -> None:
    """PASS-WITH-GAP has its own badge."""
    text = write_report(write_run(tmp_path, verdict="PASS-WITH-GAP")).read_text(encoding="utf-8")

    assert 'class="badge gap"' in text
    assert 'class="badge pass"' not in text


def test_one_gap_is_said_with_the_money_behind_it(made: Path) -> None:
    """The gap, objective − bound and the unavoidable penalty; no second gap, no version of a run."""
    text = write_report(made).read_text(encoding="utf-8")

    assert "of the money that can be decided" in text
    assert 'data-key="/unavoidable_cny"' in text
    assert 'data-keys="/objective_cny /bound_cny"' in text
    assert "gap_without_unmet" not in text
    assert "stopped by the clock" not in text
    assert "manifest.json, solver.log" in text


def test_a_search_that_the_clock_stopped_is_said(tmp_path: Path) -> None:
    """The page says that another run may end elsewhere."""
    docs = documents()
    docs["plan.json"]["search"]["stopped"] = "clock"
    text = write_report(write_run(tmp_path, docs)).read_text(encoding="utf-8")

    assert (
        text.count("stopped by the clock: not reproducible") == 2
    )  # beside the badge, in the audit


@pytest.mark.parametrize("why", ["", "existing", "required", "given"])
def test_an_idle_station_stands_for_a_rule_only_where_nothing_else_keeps_it(
    tmp_path: Path, why: str
) -> None:
    """Existing, required and given stations would stand without the rule too."""
    docs = documents()
    plan = docs["plan.json"]
    station = plan["stations"][0]
    for row in station["timeline"]:
        row["load_kg_per_day"] = 0.0
    rule = {"route": station["route"], "max_gap_km": 50.0, "from_year": 2026}
    docs["inputs/scenario.json"]["policy"] = {"spacing": {"near": rule}}
    candidate = next(s for s in docs["inputs/sites.json"]["sites"] if s["id"] == station["id"])
    station["existing"] = why == "existing"
    candidate["required_from"] = 2026 if why == "required" else None
    plan["stations_given"] = why == "given"
    text = write_report(write_run(tmp_path, docs)).read_text(encoding="utf-8")

    assert ("stands for the spacing rule of this road" in text) == (not why)


def test_equal_designs_are_marked(tmp_path: Path, made: Path) -> None:
    """Where a station could equally stand, in both languages; nothing where nothing is known."""
    assert "equally" not in write_report(made).read_text(encoding="utf-8")
    docs = documents()
    docs["inputs/sites.json"]["sites"].append(
        {**docs["inputs/sites.json"]["sites"][-1], "id": "d.up", "name_zh": "戊", "name_en": "Wu"}
    )
    docs["plan.json"]["equal_designs"] = [
        {"sites": [{"id": "c.up", "tiers": [None] * 3}, {"id": "d.up", "tiers": [None, None, "t1"]}],
         "plants": []},
        {"sites": [{"id": "b.exit", "tiers": [None, None, "t2"]}], "plants": []},
        {"sites": [], "plants": [{"id": "ovens", "steps": [0, 1, 1]}]},
    ]  # fmt: skip
    run = write_run(tmp_path, docs)
    text = write_report(run).read_text(encoding="utf-8")
    part = text.split("Designs that cost the same")[1].split("</section>")[0]
    assert part.count("<li>") == 3
    assert "could equally stand at" in part.split("<li>")[1]
    assert "Wu" in part.split("<li>")[1]
    assert "2035 t2" in part.split("<li>")[2]
    assert "stated order of equal designs" in part
    stations = json.loads(write_geojson(run)[0].read_text(encoding="utf-8"))["features"]
    assert {f["id"]: f["properties"].get("equal_sites") for f in stations} == {
        "a.down": None, "a.up": None, "b.exit": None, "c.up": "d.up",
    }  # fmt: skip


def test_a_reason_stands_with_its_figures(made: Path) -> None:
    """Why demand is not served: the words of the code and each figure that proves it."""
    text = write_report(made).read_text(encoding="utf-8")

    assert "the plants have no hydrogen left with the expansions bought" in text
    assert 'data-key="/unmet/0/figures/sent_kg_per_day"' in text
    assert "kg/d is all they may send" in text


def test_a_plant_says_what_its_hydrogen_is_made_from(made: Path, tmp_path: Path) -> None:
    """In both languages; a kind that is no technology is refused with those that are."""
    text = write_report(made).read_text(encoding="utf-8")
    assert "Coke-oven gas" in text
    assert "焦炉煤气制氢" in text
    papers = documents()
    papers["plan.json"]["plants"][0]["kind"] = "moonshine"
    with pytest.raises(InputError, match=r"'moonshine'.*coke_oven_gas"):
        write_report(write_run(tmp_path / "odd", papers))


def test_a_plan_that_builds_nothing_is_a_plan(tmp_path: Path) -> None:
    """No station, no trip: the page says so instead of failing."""
    docs = documents()
    plan = docs["plan.json"]
    plan["stations"], plan["trips"], plan["supply"] = [], [], []
    text = write_report(write_run(tmp_path, docs)).read_text(encoding="utf-8")

    assert "Build nothing" in text


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (999.6, "1\u2009000"),
        (12345.6, "12\u2009300"),
        (0.012345, "0.0123"),
        (-4.0, "−4.00"),
        (0.09996, "0.100"),
        (1234567.0, "1\u2009230\u2009000"),
    ],
)
def test_three_significant_digits(value: float, said: str) -> None:
    """Rounded to three digits, grouped with thin spaces, a true minus sign."""
    assert significant(value) == said


def test_visible_leaves_chinese_alone() -> None:
    """Chinese names pass unchanged; an override is spelled out."""
    assert visible("鸡场坪服务区（兴义方向）") == "鸡场坪服务区（兴义方向）"
    assert visible("a\u202eb") == "a\\u202eb"
