"""``longtail tail``: every kind of input, every refusal in one line."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from longtail.cli import main
from longtail.randomness import generator
from longtail.tail import FrequencyCounts


@pytest.fixture
def customers(tmp_path):
    stream = generator(0, "customers")
    weights = 1 / np.arange(1, 2001)
    drawn = stream.choice(2000, size=3000, p=weights / weights.sum())
    table = pa.table(
        {
            "customer": [None if x == 7 else f"c{x}" for x in drawn],
            "kind": [f"k{x % 3}" for x in drawn],
            "region": stream.choice(["north", "south"], 3000, p=[0.8, 0.2]),
            "id": np.arange(3000),
        }
    )
    path = tmp_path / "customers.parquet"
    pa.parquet.write_table(table, path)
    return path


def test_the_verdict_comes_first_and_fits_one_screen(customers, capsys):
    assert main(["tail", str(customers), "--group", "customer", "--target", "kind"]) == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert "of what comes next belongs to subpopulations never seen" in lines[0]
    assert "if labels were unguessable" in printed.out
    assert len(lines) <= 40
    assert "rows name no subpopulation or class; they were left out" in printed.err


def test_json_has_everything(customers, capsys):
    arguments = ["--group", "customer", "--by", "region", "--guess-probability", "0.4", "--json"]
    assert main(["tail", str(customers), *arguments]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n_samples"] + found["n_missing"] == 3000
    assert 0 < found["unseen_mass"]["low"] < found["unseen_mass"]["value"] < found["unseen_mass"]["high"] < 1
    assert {group["name"] for group in found["groups"]} == {"north", "south"}
    assert "hypothetical" not in json.dumps(found["costs"])
    assert [curve["parameter"] for curve in found["costs"]] == ["copies", "gamma", "epsilon", "epsilon", "epsilon"]
    assert found["prior"]["duality_gap"] < 0.5


def test_missing_rows_can_be_a_group(customers, capsys):
    assert main(["tail", str(customers), "--group", "customer", "--missing", "group", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n_samples"] == 3000


def test_rows_without_a_class_or_a_subgroup_are_reported(tmp_path, capsys):
    path = tmp_path / "gaps.csv"
    path.write_text("species,kind,region\n" + "a,x,n\n" * 9 + "a,,n\nb,x,\n,x,n\nb,y,s\nc,y,s\n")
    assert main(["tail", str(path), "--group", "species", "--target", "kind", "--by", "region", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["n_samples"], found["n_missing"]) == (12, 2)
    assert any("2 rows name no subpopulation or class" in warning for warning in found["warnings"])
    assert main(["tail", str(path), "--group", "species", "--by", "region", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {group["name"] for group in found["groups"]} == {"n", "s"}
    assert any("1 more rows name no subgroup" in warning for warning in found["warnings"])


def test_an_identifier_is_noticed(customers, capsys):
    assert main(["tail", str(customers), "--group", "id"]) == 0
    assert "may be an identifier" in " ".join(capsys.readouterr().err.split())


def test_counts_one_a_line(tmp_path, capsys):
    path = tmp_path / "counts.txt"
    path.write_text("12\n1\n1\n# a remark\n\n4\n1\n2\n")
    assert main(["tail", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unseen_mass"]["value"] == pytest.approx(3 / 21)


def test_subpopulations_are_found_where_none_are_given(tmp_path, capsys):
    assert main(["tail", "iris", "--plot", str(tmp_path / "iris.svg"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["resolutions"]) == 5
    assert all("unseen_agrees" in each["held_out"] for each in found["resolutions"])
    assert (tmp_path / "iris.svg").read_text().count("<path") > 10


def test_the_table_of_radii_fits_eighty_columns(capsys, monkeypatch):
    from longtail.cli.printing import out
    from longtail.cli.tail import _print_resolutions
    from longtail.estimate import Estimate
    from longtail.tail import estimate_tail
    from longtail.tail.held_out import HeldOutCheck
    from longtail.tail.resolutions import ResolutionRange, TailAtRadius

    monkeypatch.setattr(out, "width", 80)
    many = FrequencyCounts.from_counts([2] * 5_000 + [1] * 50_000)
    wide = Estimate(value=0.1023, low=0.100456, high=0.99999, level=0.95, method="")
    all_of_it = Estimate(value=1.0, low=1.0, high=1.0, level=0.95, method="")
    check = HeldOutCheck(
        radius=1234.5678,
        unseen_predicted=all_of_it,
        unseen_measured=all_of_it,
        singleton_predicted=wide,
        singleton_measured=wide,
    )
    each = TailAtRadius(
        radius=1234.5678, stability=float("nan"), tail=estimate_tail(many), cost_of_not_fitting=wide, check=check
    )
    _print_resolutions(ResolutionRange(n_samples=60_000, n_near_duplicates=0, resolutions=[each], figure=[]))
    table = capsys.readouterr().out.split("\n\n")[0].strip().splitlines()
    assert len(table) == 3  # the title, the columns, one row: nothing is wrapped
    assert max(map(len, table)) <= 80


def test_a_constant_column_changes_nothing(tmp_path, capsys):
    stream = generator(0, "constant column")
    X, y = stream.normal(size=(120, 3)), stream.integers(2, size=120)
    found = []
    for name, features in (("plain", X), ("constant", np.column_stack([X, np.full(120, 0.1)]))):
        np.savez(tmp_path / f"{name}.npz", X=features, y=y)
        assert main(["tail", str(tmp_path / f"{name}.npz"), "--json"]) == 0
        found.append(json.loads(capsys.readouterr().out)["resolutions"])
    assert [each["n_distinct"] for each in found[0]] == [each["n_distinct"] for each in found[1]]


def test_an_archive_with_groups_names_its_subpopulations(tmp_path, capsys):
    stream = generator(0, "archive")
    path = tmp_path / "data.npz"
    y = stream.integers(2, size=200)
    np.savez(path, X=stream.normal(size=(200, 3)), y=y, group=stream.zipf(1.5, 200) % 50)
    assert main(["tail", str(path), "--fit", "pitman-yor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["groups"]) == 2
    assert "PitmanYor" in found["fit"]["prior"]


def test_embeddings_stand_in_for_features(tmp_path, capsys):
    """The very file that the measuring commands take, under either name."""
    np.save(tmp_path / "embedding.npy", generator(0, "embedding").normal(size=(150, 2)))
    answers = []
    for option in ("--embedding", "--embed"):
        assert main(["tail", "iris", option, str(tmp_path / "embedding.npy")]) == 0
        answers.append(capsys.readouterr().out)
    assert "120 examples at 5 radii" in answers[0]
    assert answers[0] == answers[1]
    np.save(tmp_path / "short.npy", np.zeros((3, 2)))
    assert main(["tail", "iris", "--embedding", str(tmp_path / "short.npy")]) == 2
    assert "each of 150 examples" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.csv", "--group", "g"], "be a file that exists"),
        (["absent.csv"], "be a file that exists"),
        (["iris", "--embedding", "{text}"], "--embedding must be an .npy array"),
        (["{table}"], "--group must name the column"),
        (["{table}", "--group", "species"], "There are 'customer', 'kind', 'region', 'id'"),
        (["{table}", "--group", "customer", "--missing", "ignore"], '"drop" or "group"'),
        (["{table}", "--group", "customer", "--guess-probability", "2"], "lie between 0 and 1"),
        (["{table}", "--group", "customer", "--guess-probability", "0.5", "--classes", "3"], "not both"),
        (["{table}", "--group", "customer", "--classes", "1"], "at least 2"),
        (["{table}", "--group", "customer", "--level", "95"], "level must"),
        (["{table}", "--group", "customer", "--plot", "x.png"], "end in .svg"),
        (["{text}", "--missing", "ignore"], '"drop" or "group"'),
        (["{text}"], "be numbers; got 'many'"),
        (["nothing-of-this-name"], "bundled"),
        (["{text}", "--group", "customer"], "--group must be left out for a file of counts"),
        (["{table}", "--group", "customer", "--embedding", "x.npy"], "--embedding must be left out"),
        (["iris", "--by", "region"], "--by must be left out"),
        (["iris", "--fit", "zipf"], "--fit must be left out"),
        (["iris", "--group", "region"], "table alone"),
        (["{table}", "--group", "customer", "--fit", "weibull"], "be one of zipf"),
    ],
)
def test_bad_input_is_refused_in_one_line(customers, tmp_path, capsys, arguments, message):
    (tmp_path / "text.txt").write_text("3\nmany\n")
    names = {"table": customers, "text": tmp_path / "text.txt"}
    assert main(["tail", *(argument.format(**names) for argument in arguments)]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
