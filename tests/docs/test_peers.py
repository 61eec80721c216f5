"""The table of peers is what the committed run found, and the versions are those that were asked for."""

import json
import re
from pathlib import Path

from peers.table import BEGIN, END, PAGE, table, write_into_page

PEERS = Path(__file__).parents[2] / "benchmarks" / "peers"
RESULTS = json.loads((PEERS / "results.json").read_text(encoding="utf-8"))


def test_the_readme_shows_what_was_measured():
    between = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert between.strip() == table(RESULTS)


def test_writing_it_changes_nothing_else(tmp_path):
    copy = tmp_path / "PAGE.md"
    copy.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write_into_page(RESULTS, copy)
    written = copy.read_text(encoding="utf-8")
    assert written.startswith(f"before\n{BEGIN}\n2")
    assert written.endswith(f"\n{END}\nafter\n")
    assert "old" not in written


def test_every_ratio_stands_between_its_ends():
    """The median of ratios within rounds, recomputed from the seconds."""
    loop = RESULTS["arms"]["bare_loop"]["cpu_seconds_per_model"]
    rows = [line for line in table(RESULTS).splitlines() if "| longtail" in line or line.startswith("| pyDVL")]
    for row, arm in zip(rows, ("pydvl", "longtail"), strict=True):
        ratios = sorted(a / b for a, b in zip(loop, RESULTS["arms"][arm]["cpu_seconds_per_model"], strict=True))
        value, low, high = (float(part) for part in re.findall(r"[\d.]+", row.split(" | ")[3]))
        assert low <= value <= high
        assert abs(low / ratios[0] - 1) < 0.01
        assert abs(high / ratios[-1] - 1) < 0.01


def test_the_versions_are_those_of_the_requirements():
    for arm, name in (("bare_loop", "loop"), ("opendataval", "opendataval"), ("pydvl", "pydvl")):
        pins = dict(
            line.split("==")
            for line in (PEERS / f"requirements-{name}.txt").read_text(encoding="utf-8").splitlines()
            if "==" in line and not line.startswith("#")
        )
        ran = RESULTS["arms"][arm]["versions"]
        shared = set(pins) & set(ran)
        assert "torch" in shared
        assert {package: ran[package].partition("+")[0] for package in shared} == {p: pins[p] for p in shared}


def test_all_arms_reach_the_same_accuracy_on_the_same_work():
    """A benchmark of different accuracies would be one of different work; a point is ten times their sampling error."""
    left_out = [arm["left_out_accuracy"] for arm in RESULTS["arms"].values()]
    assert max(left_out) - min(left_out) < 0.01
    assert all(
        arm["included_accuracy"] in (None, 1.0) or arm["included_accuracy"] > 0.999 for arm in RESULTS["arms"].values()
    )
