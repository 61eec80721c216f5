"""``longtail theory`` as a user types it."""

import json

import pytest

from longtail.cli import main

PAPER = ["theory", "--prior", "zipf", "--subpopulations", "50000", "--samples", "50000", "--classes", "10"]


def test_json_has_the_python_names_and_the_paper_numbers(capsys):
    assert main([*PAPER, "--json"]) == 0
    answers = json.loads(capsys.readouterr().out)
    assert 50_000 * answers["tau"]["1"] == pytest.approx(0.4746527490526394, rel=1e-9)
    assert answers["optimal_error"] == pytest.approx(0.1539487654192565, rel=1e-9)
    assert sum(band["value"] for band in answers["weight"]) == pytest.approx(1, rel=1e-9)
    assert answers["explanation"]["verdict"] == "long tail"
    assert answers["explanation"]["weight_near"] == pytest.approx(0.159151123802, rel=1e-4)
    assert answers["cost_of_memorization_limit"][0]["value"] == pytest.approx(0.9 * answers["singleton_mass"])


def test_table_is_readable_and_the_plot_is_written(capsys, tmp_path):
    assert main([*PAPER, "--plot", str(tmp_path / "curves.svg")]) == 0
    out = capsys.readouterr().out
    assert "0.474653" in out
    assert "8.119 %" in out
    assert "Lemma 2.5 gives" in out
    assert (tmp_path / "curves.svg").read_text().startswith("<?xml")


@pytest.mark.parametrize(
    "options",
    [
        ["--prior", "geometric", "--ratio", "0.999", "--subpopulations", "1e6"],
        ["--prior", "uniform", "--subpopulations", "1"],
        ["--prior", "two-point", "--subpopulations", "500"],
        ["--prior", "dirichlet", "--concentration", "0.5", "--subpopulations", "1e9"],
        ["--prior", "pitman-yor", "--concentration", "10", "--discount", "0.5"],
        ["--prior", "zipf", "--convention", "fixed", "--subpopulations", "1e12"],
    ],
)
def test_every_prior_answers(options, capsys):
    assert main(["theory", "--samples", "1000", "--guess-probability", "0.3", *options]) == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize("prior", [["pareto"], ["pareto", "--shape", "0.8"], ["lognormal"]], ids=" ".join)
def test_every_band_of_a_continuous_prior_has_a_weight(prior, capsys):
    assert main(["theory", "--samples", "50000", "--prior", *prior, "--json"]) == 0
    answers = json.loads(capsys.readouterr().out)
    assert sum(band["value"] for band in answers["weight"]) == pytest.approx(1, abs=1e-11)


def test_a_cost_that_is_not_accurate_enough_is_a_gap_in_the_plot(tmp_path, capsys):
    """Lognormal(20) at n = 10^10 refuses its masses; what is left is drawn, and the table says so by a dash."""
    options = ["--prior", "lognormal", "--subpopulations", "20", "--samples", "1e10", "--classes", "2"]
    assert main(["theory", *options, "--plot", str(tmp_path / "curves.svg")]) == 0
    assert "–" in capsys.readouterr().out
    assert (tmp_path / "curves.svg").exists()


def test_list_from_a_file(capsys, tmp_path):
    (tmp_path / "frequencies.txt").write_text("2 1\n0, 1")
    assert main(["theory", "--samples", "10", "--list", str(tmp_path / "frequencies.txt"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n_subpopulations"] == 4


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--samples", "10", "--prior", "zip"], "prior must be one of"),
        (["--samples", "0"], "samples must be a whole number"),
        (["--samples", "10", "--classes", "1"], "--classes must"),
        (["--samples", "10", "--list", "no-such-file"], "list must be a readable text file"),
        (["--samples", "10", "--plot", "curves.gif"], "plot must end in"),
        (["--samples", "10", "--prior", "pareto", "--convention", "fixed"], "prior must be a list"),
        (["--samples", "10", "--prior", "two-point", "--outliers", "1.5"], "outliers must lie in [0, 1]; got 1.5"),
        (["--samples", "10", "--prior", "two-point", "--outliers", "nan"], "outliers must be a number; got nan"),
        (["--samples", "10", "--prior", "two-point", "--subpopulations", "1"], "subpopulations must be at least 2"),
        (["--samples", "10", "--delta", "2"], "delta must lie in [0, 1]; got 2"),
    ],
)
def test_bad_input_is_one_line_and_status_2(options, says, capsys):
    assert main(["theory", *options]) == 2
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            ["--prior", "uniform", "--sigma", "3"],
            "--sigma must go with a prior that it is of, lognormal; got it with uniform",
        ),
        (["--outliers", "-1"], "--outliers must go with a prior that it is of, two-point; got it with zipf"),
        (["--list", "f.txt", "--subpopulations", "5"], "got it with a list"),
        (["--list", "f.txt", "--prior", "zipf"], "--list must stand in the place of a named prior"),
    ],
)
def test_a_parameter_of_another_prior_is_refused_and_not_passed_over(given, said, capsys):
    assert main(["theory", "--samples", "100", *given]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_parameters_left_out_are_those_that_help_states(capsys):
    """Each prior by itself, and with its defaults written out."""
    for prior, written in {
        "zipf": ["--exponent", "1"],
        "geometric": ["--ratio", "0.99"],
        "lognormal": ["--sigma", "1"],
        "pareto": ["--shape", "1.5"],
        "two-point": ["--outliers", "0.9", "--outlier-frequency", "0.01"],
        "pitman-yor": ["--concentration", "1", "--discount", "0"],
    }.items():
        asked = ["theory", "--prior", prior, "--samples", "50", "--json"]
        assert main(asked) == main([*asked, *written]) == 0
        first, second = capsys.readouterr().out.split("\n}\n")[:2]
        assert first == second
