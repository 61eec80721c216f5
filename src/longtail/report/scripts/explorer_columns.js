// Columns of the tables of examples: what a cell shows, by what it sorts, what is saved of it.

// By its row in the data as given; what is saved has its number in the study as well, as other files do.
function exampleColumn(examples, kind) {
  const { position } = examples.kinds[kind];
  return {
    heading: "row", key: (row) => position[row], fallingFirst: false,
    values: [["row", (row) => position[row]], [kind === "test" ? "test" : "train", (row) => row]],
    cell: (row) => element("th", { scope: "row" }, exampleLink(examples, kind, row, String(position[row]))),
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

// The strongest influence of, or on, an example, and with whom it is.
function influenceColumn(examples, kind, otherKind) {
  const { value, train, test } = examples.influences;
  const others = otherKind === "test" ? test : train;
  const strongest = Array.from({ length: examples.kinds[kind].n }, (_, row) => examples.strongestPair(kind, row));
  const ofPair = (numbers) => (row) => (strongest[row] === null ? null : numbers[strongest[row]]);
  const ofOther = (row) => (strongest[row] === null ? null : examples.kinds[otherKind].position[others[strongest[row]]]);
  return {
    heading: "strongest influence", key: ofPair(value), fallingFirst: true,
    values: [["strongest_influence", ofPair(value)], [`with_${otherKind === "test" ? "test" : "train"}_row`, ofOther]],
    cell: (row) => (strongest[row] === null ? element("td", {}, dash("no positive influence is known"))
      : element("td", {}, numberElement(value[strongest[row]]), " ", exampleLink(examples, otherKind, others[strongest[row]]))),
  };
}
