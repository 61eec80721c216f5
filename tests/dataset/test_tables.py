"""Files as they come: separators, marks, encodings, a million columns."""

import pyarrow as pa
import pyarrow.parquet
import pytest

from longtail.dataset import load_dataset
from longtail.dataset.column_choice import MOST_COLUMNS
from longtail.dataset.tables import frame_table
from longtail.dataset.text_files import separator_of
from longtail.errors import InputError

ROWS = [f"{i},{'yes' if i % 2 else 'no'}" for i in range(20)]
TEXT = "\n".join(["size,label", *ROWS])


@pytest.mark.parametrize("separator", ["|", ";", "\t"])
def test_another_separator_is_found_and_told(tmp_path, separator):
    (tmp_path / "d.csv").write_text(TEXT)
    (tmp_path / "other.csv").write_text(TEXT.replace(",", separator))
    plain, other = (load_dataset(tmp_path / name, "label") for name in ("d.csv", "other.csv"))
    assert plain.content_hash == other.content_hash
    assert "Columns are separated by" in other.notes[0]
    assert "separated" not in plain.notes[0]


def test_commas_in_a_tsv_and_in_quotes(tmp_path):
    (tmp_path / "d.tsv").write_text(TEXT)
    assert load_dataset(tmp_path / "d.tsv", "label").feature_names == ("size",)
    (tmp_path / "q.csv").write_text('"a,b,c,d";label\n' + "\n".join(ROWS).replace(",", ";"))
    assert separator_of(tmp_path / "q.csv") == ";"
    assert load_dataset(tmp_path / "q.csv", "label").feature_names == ("a,b,c,d",)


def test_a_separator_that_is_not_known_is_asked_for(tmp_path):
    (tmp_path / "d.csv").write_text(TEXT.replace(",", ":"))
    with pytest.raises(InputError, match="The one column is 'size:label': are its values separated by a comma"):
        load_dataset(tmp_path / "d.csv", "label")


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    (tmp_path / "d.csv").write_text(TEXT, encoding="utf-8-sig")
    assert load_dataset(tmp_path / "d.csv", "label").feature_names == ("size",)
    (tmp_path / "d.csv").write_text(TEXT, encoding="utf-16")
    with pytest.raises(InputError, match="data must be a table in UTF-8; got UTF-16 in d.csv"):
        load_dataset(tmp_path / "d.csv", "label")


def test_texts_with_line_breaks_are_one_row(tmp_path):
    rows = "\n".join(f'"line {i % 3}\nof two, in ""quotes""",{i % 2}' for i in range(20))
    (tmp_path / "d.csv").write_text(f"body,label\n{rows}\n")
    data = load_dataset(tmp_path / "d.csv", "label", text="body")
    assert data.originals.words(4) == 'line 1\nof two, in "quotes"'


def test_question_marks_are_missing(tmp_path):
    (tmp_path / "d.csv").write_text(TEXT.replace("\n3,", "\n?,"))
    assert load_dataset(tmp_path / "d.csv", "label").feature_names == ("size", "size is missing")


def test_two_hundred_thousand_columns_are_refused_by_the_header(tmp_path):
    """The rows are torn: whoever read them would say so instead."""
    (tmp_path / "d.csv").write_text(",".join(f"c{i}" for i in range(200_000)) + '\n"torn')
    with pytest.raises(InputError, match="at most 100,000 columns; got 200,000"):
        load_dataset(tmp_path / "d.csv", "c0")
    with pytest.raises(InputError, match="at most 100,000 columns"):
        frame_table(pa.table([pa.array([1])] * (MOST_COLUMNS + 1), names=[str(i) for i in range(MOST_COLUMNS + 1)]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "readable .csv table; got d.csv: Empty CSV file"),
        (b"size,label\n", "have at least one row; got none in d.csv"),
        (b"size,label,label\n1,2,a\n", "where one is asked for; got 2 of 'label'. Rename them first."),
        (b"size,label\n1,a\n2,b,c\n", "readable .csv table"),
        (b"\x00\x01\x02", "data must"),
    ],
)
def test_files_that_are_no_tables(tmp_path, content, message):
    (tmp_path / "d.csv").write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_dataset(tmp_path / "d.csv", "label")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_columns_of_one_name_are_told_apart_and_said(tmp_path):
    """As ProPublica's table of COMPAS has two called decile_score; quotes, and a name that is taken already."""
    rows = "".join(f'{i},{i + 1},{i + 2},"x, y",{"ab"[i % 2]}\n' for i in range(30))
    (tmp_path / "d.csv").write_text('"size",size,size.1,"a, b",label\n' + rows)
    data = load_dataset(tmp_path / "d.csv", "label")
    assert data.feature_names[:3] == ("size", "size.2", "size.1")
    assert data.X[data.position.argmin(), :3].tolist() == [i := int(data.position.min()), i + 1, i + 2]
    assert "2 columns are called 'size'; they are taken as 'size', 'size.2'." in data.notes


def test_a_torn_parquet_file(tmp_path):
    (tmp_path / "d.parquet").write_bytes(b"PAR1 torn")
    with pytest.raises(InputError, match="data must be a readable .parquet table"):
        load_dataset(tmp_path / "d.parquet", "label")
