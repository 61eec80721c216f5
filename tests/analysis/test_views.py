"""A person sees what was given: the row, the words, the file; never the features that were made of it."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from PIL import Image

from longtail.analysis.views import view_of
from longtail.dataset import Dataset, Originals, load_dataset


def _rows_of_csv(tmp_path):
    lines = [f"{i},{'red' if i % 3 else 'blue'},{'yes' if i % 2 else 'no'}" for i in range(20)]
    (tmp_path / "data.csv").write_text("size,color,label\n" + "\n".join(lines))
    return load_dataset(tmp_path / "data.csv", target="label"), [line.split(",") for line in lines]


def test_every_example_shows_its_line_of_the_file(tmp_path):
    data, lines = _rows_of_csv(tmp_path)
    assert sorted([*data.position, *data.position_test]) == list(range(20))
    for held_out, positions, y in ((False, data.position, data.y), (True, data.position_test, data.y_test)):
        for example, position in enumerate(positions):
            view = view_of(data, example, held_out=held_out)
            assert (view.kind, view.names) == ("row", ["size", "color"])
            assert [*view.values, data.class_names[y[example]]] == lines[position]


def test_a_sample_still_shows_the_right_lines(tmp_path):
    data, lines = _rows_of_csv(tmp_path)
    part = data.sample(8)
    assert part.n_train == 8
    for example in range(8):
        assert view_of(part, example).values == lines[part.position[example]][:2]
        assert float(view_of(part, example).values[0]) == part.X[example, 0]


def test_a_wide_row_shows_the_columns_that_became_unusual_features(tmp_path):
    """Column 17 is one of letters: its rare level is unusual, although no feature has its name."""
    columns = {f"c{i}": [(i + row) % 2 for row in range(40)] for i in range(30)}
    columns["c17"] = ["rare" if row == 7 else "usual" for row in range(40)]
    pa.parquet.write_table(pa.table({**columns, "label": [row % 4 // 2 for row in range(40)]}), tmp_path / "d.parquet")
    data = load_dataset(tmp_path / "d.parquet", target="label")
    held_out = 7 in data.position_test
    example = int(np.flatnonzero((data.position_test if held_out else data.position) == 7)[0])
    view = view_of(data, example, held_out=held_out)
    assert len(view.names) == 12
    assert dict(zip(view.names, view.values, strict=True))["c17"] == "rare"


def test_a_text_shows_its_words_and_the_columns_beside_it():
    words = [f"<b>text {i}</b> " + "x" * 3000 for i in range(8)]
    given = Originals(table=pa.table({"body": words, "year": range(8)}), text="body")
    data = Dataset.from_arrays(np.arange(8.0)[:, None], np.arange(8) % 2, originals=given)
    view = view_of(data, 3)
    assert view.kind == "text"
    assert view.text.startswith(f"<b>text {data.position[3]}</b>")  # the report escapes it
    assert len(view.text) == 2_000
    assert view.names == ["body", "year"]
    assert view.values[1] == str(data.position[3])
    assert len(view.values[0]) == 300


def test_a_picture_knows_its_file(tmp_path):
    for label in ("a", "b"):
        (tmp_path / label).mkdir()
        for i in range(3):
            Image.new("L", (2, 2), 10 * i).save(tmp_path / label / f"{i}.png")
    data = load_dataset(tmp_path)
    files = [f"{label}/{i}.png" for label in "ab" for i in range(3)]
    for example in range(data.n_train):
        view = view_of(data, example)
        assert (view.kind, view.values) == ("image", [files[data.position[example]]])


def test_test_examples_that_were_given_follow_the_others():
    data = Dataset.from_arrays(np.zeros((4, 1)), [0, 1] * 2, np.ones((2, 1)), [0, 1])
    assert data.position.tolist() == [0, 1, 2, 3]
    assert data.position_test.tolist() == [4, 5]
