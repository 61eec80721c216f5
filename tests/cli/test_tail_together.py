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
