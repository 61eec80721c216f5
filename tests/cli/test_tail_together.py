"""``longtail tail --together``: units, not rows, are the draws."""

import pytest


@pytest.fixture
def visits(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text("site,species\n" + "".join(f"s{u},{kind}\n" for u in range(20) for kind in ["wren", f"k{u}"] * 3))
    return path


def test_each_site_has_a_species_of_its_own(visits, type_):
    status, said, _ = type_("tail", visits, "--group", "species", "--together", "site")
    assert status == 0
    assert said.startswith("Of the rows of further units, 50 % [")
    assert "21 subpopulations in 120 rows of 20 units" in said


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--group", "species", "--together", "nobody"), "--together must name a column; got 'nobody'."),
        (("--together", "site"), "--group must name the column of subpopulations, beside --together; got none."),
        (("--group", "species", "--together", "site", "--by", "site"), "--by must be left out for rows that belong"),
        (("--group", "species", "--together", "site", "--plot", "a.svg"), "--plot must be left out for rows that"),
    ],
)
def test_what_does_not_go_with_it_is_one_line(visits, type_, words, line):
    status, _, said = type_("tail", visits, *words)
    assert (status, line in said) == (2, True)


def test_a_gap_among_the_units_is_refused(visits, type_):
    visits.write_text(visits.read_text() + ",wren\n")
    status, _, said = type_("tail", visits, "--group", "species", "--together", "site")
    assert (status, "--together must name a unit in every row; got 1 missing value" in said) == (2, True)


def test_counts_are_rows_of_their_unit(visits, type_, tmp_path):
    counted = tmp_path / "counted.csv"
    counted.write_text(
        "site,species,n\n" + "".join(f"s{u},{kind},3\n" for u in range(20) for kind in ["wren", f"k{u}"])
    )
    plain = type_("tail", visits, "--group", "species", "--together", "site")
    assert type_("tail", counted, "--group", "species", "--together", "site", "--count", "n")[:2] == plain[:2]
    counted.write_text(counted.read_text().replace("s0,k0,3", "s0,k0,1.5"))
    status, _, said = type_("tail", counted, "--group", "species", "--together", "site", "--count", "n")
    assert (status, "--count must name a column of whole numbers of at least 0" in said) == (2, True)


def test_two_data_sets_are_compared_at_equal_coverage(visits, type_, tmp_path):
    few = tmp_path / "few.csv"
    few.write_text("site,species\n" + "".join(f"s{u},{kind}\n" for u in range(20) for kind in ["wren", f"k{u % 4}"]))
    words = ("tail", visits, "--group", "species", "--together", "site", "--against", few)
    status, said, _ = type_(*words)
    assert status == 0
    assert said.startswith("At equal coverage, 50 % of what comes next,")
    assert "difference" in said
    status, _, said = type_(*words, "--coverage", "0.9")
    assert (status, "--coverage must lie above 0, and at most at 0.5" in said) == (2, True)
    status, _, said = type_("tail", visits, "--coverage", "0.9")
    assert (status, "--coverage must be left out without --against" in said) == (2, True)
    status, _, said = type_(*words, "--fit", "zipf")
    assert (status, "--fit must be left out where two data sets are compared" in said) == (2, True)


def test_counts_that_contradict_the_model_are_refused(type_, tmp_path):
    trimmed = tmp_path / "trimmed.txt"
    trimmed.write_text("2\n" * 222 + "3\n" * 78)
    status, said, error = type_("tail", trimmed)
    assert (status, said) == (2, "")
    assert "data must hold counts that independent draws can give; got 0 subpopulations were seen once" in error
    assert "at least 421" in error
