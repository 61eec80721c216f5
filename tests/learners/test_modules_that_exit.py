"""A module that ends the process is told in one line, whenever it does."""

import pytest

from longtail.cli import main

AT_IMPORT = "import sys\nsys.exit({code})\n"
IN_MAKING = "import sys\ndef model():\n    sys.exit({code})\n"


@pytest.mark.parametrize("code", ["", "0", "3", "'bye'"])
@pytest.mark.parametrize(("place", "source"), [("import", AT_IMPORT), ("making", IN_MAKING)])
def test_a_module_that_exits_is_refused(place, source, code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    name = f"ends_in_{place}_{abs(hash(code))}"
    (tmp_path / f"{name}.py").write_text(source.format(code=code))
    monkeypatch.syspath_prepend(tmp_path)
    assert main(["measure", "iris", "--learner", f"{name}:model", "--out", "r"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("longtail: --learner must ")
    assert "an exit with status" in said
    assert said.count("\n") == 1
    assert not (tmp_path / "r").exists()
