"""Shares in percent are written by one file: by its rule, and by a look for formats elsewhere."""

import math
import re
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import numpy as np
import pytest

import longtail
from longtail.estimate import Estimate
from longtail.percent import alone, chosen, in_hundredths, share

HOME = Path(longtail.__file__).parent
OWN_FORMAT = re.compile(r"""[:"']\+?,?\.\d+%|\{[^{}"\n]+:%\}|100 \* [^{}"\n]*:[+,]?\.\w+\}|format\(100""")
"""`{x:.1%}`, ".1%", and `{100 * x:.1f}` in Python; `|format(100 * x)` in Jinja."""

EXCEPTIONS = {
    "percent.py": "the rule itself",
    "cli/theory.py": "exact numbers without an interval, some of which are powers of ten",
    "cli/paper_after.py": "a chance, told as a number of 100 tables",
    "report/figures/copies_figure.py": "the ticks of an axis",
}


def formats_of_their_own():
    for path in sorted(HOME.rglob("*")):
        if path.suffix in (".py", ".jinja") and "vendor" not in path.parts:
            found = [line.strip() for line in path.read_text().splitlines() if OWN_FORMAT.search(line)]
            if found:
                yield str(path.relative_to(HOME)), found


def test_no_other_file_writes_a_share_in_percent_by_a_format_of_its_own():
    found = dict(formats_of_their_own())
    assert {name: lines for name, lines in found.items() if name not in EXCEPTIONS} == {}
    assert set(found) == set(EXCEPTIONS)  # an exception that is not needed is none


@pytest.mark.parametrize(
    "line", ['f"{x:.1%}"', "g(x, '.2%')", 'f"{100 * x:.0f} %"', '{{ "%g"|format(100 * level) }} %']
)
def test_such_formats_are_found(line):
    assert OWN_FORMAT.search(line)


def test_the_interval_decides_the_digits():
    """By decimal arithmetic: the decimals that leave one digit of half the width, two if that begins with 1 or 2."""
    rng = np.random.default_rng(0)
    for _ in range(300):
        value, half = rng.uniform(0.2, 0.8), 10 ** rng.uniform(-5, -0.8)
        said = in_hundredths(Estimate(value=value, low=value - half, high=value + half, level=0.95, method=""))
        shown = Decimal(repr(50 * ((value + half) - (value - half))))
        first = int(shown.scaleb(-shown.adjusted()))
        decimals = min(max((1 if first < 3 else 0) - shown.adjusted(), 0), 3)
        unit = Decimal(1).scaleb(-decimals)
        numbers = [
            Decimal(repr(100 * end)).quantize(unit, ROUND_HALF_EVEN) for end in (value, value - half, value + half)
        ]
        assert said == "{} [{}, {}]".format(*numbers)


def test_other_numbers_are_written_as_they_were_counted_or_chosen():
    estimate = Estimate(value=0.1234567, low=0.12, high=0.13, level=0.95, method="")
    assert alone(estimate) == in_hundredths(estimate).split()[0] == "12.3"
    assert [chosen(part) for part in (0.95, 0.005, 1 - 0.7, 1e-5)] == ["95 %", "0.5 %", "30 %", "0.001 %"]
    assert share(math.nan) == "– %"
