"""What ``longtail limit`` prints of names that look like markup."""

from dataclasses import replace

from longtail.cli.limit_tables import print_limits
from report.test_limits_section import limits


def test_a_group_in_square_brackets_is_printed_as_it_is_named(capsys):
    found = limits("tame")
    outcome = found.limits[0]
    named = replace(outcome, groups=[replace(outcome.groups[0], name="[red]"), *outcome.groups[1:]])
    print_limits(replace(found, limits=[named]))
    told = capsys.readouterr().out
    assert "[red]" in told
    assert "\\[" not in told
