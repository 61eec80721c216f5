"""A limit under which no model can be trained: named as it was asked for, and no end of the other limits of the run."""

import numpy as np

from longtail.cli import main
from longtail.notices import forget_notices


def test_a_limit_whose_trials_all_fail_is_named_and_left_out_of_what_comes_after(tmp_path, capfd):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 2))
    rows = "\n".join(f"{a},{b},{2 * a - b + c}" for (a, b), c in zip(x, rng.normal(size=40), strict=True))
    (tmp_path / "table.csv").write_text(f"a,b,price\n{rows}\n")
    run = ["--target", "price", "--trials", "4", "--jobs", "1", "--out", str(tmp_path / "run")]
    limit = ["limit", str(tmp_path / "table.csv"), *run, "--learner", "sklearn.linear_model:Ridge", "--limit"]
    assert main([*limit, "stronger-penalty:alpha=1e300"]) == 2
    said = capfd.readouterr().err.strip().splitlines()[-1]
    assert said.startswith("longtail: --limit stronger-penalty:alpha=1e+300: 3 of 3 trials failed: 3 with ValueError")
    forget_notices()
    assert main([*limit, "stronger-penalty:alpha=10"]) == 0
    page = (tmp_path / "run" / "report.html").read_text()
    assert "Left out is penalty 1e+300" in page
    assert "Penalty 10 costs" in capfd.readouterr().out
