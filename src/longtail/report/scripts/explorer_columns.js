// Columns of the tables of examples: what a cell shows, by what it sorts, what is saved of it.

function exampleColumn(kind) {
  return {
    heading: "example", key: (row) => row, fallingFirst: false, values: [["example", (row) => row]],
    cell: (row) => element("th", { scope: "row" }, exampleLink(kind, row)),
  };
}

// Pictures, texts and labels: as many of them as the data have.
function lookColumns(examples, kind) {
  const of = examples.kinds[kind];
  const columns = [];
  if (of.pictures !== null) {
    columns.push({ heading: "picture", values: [], cell: (row) => element("td", {},
      pictureElement(examples, kind, row, { class: `thumbnail ${of.pictures.small ? "pixelated" : ""}`, alt: "" })) });
  }
  if (of.texts !== null) {
    columns.push({ heading: "text", isText: true, key: (row) => of.texts[row], fallingFirst: false, values: [["text", (row) => of.texts[row]]],
      cell: (row) => element("td", { class: "excerpt" }, wordsElement(examples, kind, row, 120)) });
  }
  return [...columns, textColumn("label", (row) => of.label(row))];
}

function textColumn(heading, textOf) {
  return {
    heading, isText: true, key: textOf, fallingFirst: false, values: [[heading, textOf]],
    cell: (row) => element("td", { class: "text" }, textOf(row)),
  };
}

function numberColumn(heading, name, numbers, written, fallingFirst) {
  return {
    heading, key: (row) => numbers[row], fallingFirst, values: [[name, (row) => numbers[row]]],
    cell: (row) => element("td", {}, numberElement(numbers[row], written)),
  };
}

// The strongest influence of, or on, an example, and with whom it is.
function influenceColumn(examples, kind, otherKind) {
  const { value, train, test } = examples.influences;
  const others = otherKind === "test" ? test : train;
  const strongest = Array.from({ length: examples.kinds[kind].n }, (_, row) => examples.strongestPair(kind, row));
  const ofPair = (numbers) => (row) => (strongest[row] === null ? null : numbers[strongest[row]]);
  return {
    heading: "strongest influence", key: ofPair(value), fallingFirst: true,
    values: [["strongest_influence", ofPair(value)], [`with_${otherKind}_example`, ofPair(others)]],
    cell: (row) => (strongest[row] === null ? element("td", {}, dash("no positive influence is known"))
      : element("td", {}, numberElement(value[strongest[row]]), " ", exampleLink(otherKind, others[strongest[row]], `${otherKind} ${others[strongest[row]]}`))),
  };
}
