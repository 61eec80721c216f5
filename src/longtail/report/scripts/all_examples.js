// The table of all training examples, and what begins when the page is there.

document.addEventListener("DOMContentLoaded", async () => {
  const place = document.getElementById("all-examples");
  if (place === null) return;
  try {
    const examples = new StudyExamples(await unpackedData("examples-data"));
    const table = examplesTable(examples);
    place.replaceChildren(table.element);
    performance.mark("examples-shown");
    linkNamedExamples(examples);
    new Routes(examples, table);
  } catch (error) {
    place.replaceChildren(element("p", { class: "absent", role: "alert" }, `The examples cannot be shown by this browser: ${error.message}`));
    console.error(error);
  } finally {
    place.removeAttribute("aria-busy");
  }
});

function examplesTable(examples) {
  const { training } = examples.kinds;
  const { columns } = training;
  const cell = (...children) => element("td", {}, ...children);
  const named = (key) => (row) => columns[key][row];
  const made = [{
    heading: "example", key: (row) => row, fallingFirst: false, values: [["example", (row) => row], ["position", named("position")]],
    cell: (row) => element("th", { scope: "row" }, exampleLink("training", row)),
  }];
  if (training.pictures !== null) {
    made.push({ heading: "picture", values: [], cell: (row) => cell(pictureElement(examples, "training", row, { class: "thumbnail pixelated", alt: "" })) });
  }
  if (training.texts !== null) {
    made.push({ heading: "text", key: (row) => training.texts[row], fallingFirst: false, values: [["text", (row) => training.texts[row]]],
      cell: (row) => element("td", { class: "excerpt" }, wordsElement(examples, "training", row, 120)) });
  }
  made.push({ heading: "label", key: (row) => training.label(row), fallingFirst: false, values: [["label", (row) => training.label(row)]],
    cell: (row) => cell(training.label(row)) });
  if (columns.group !== null) {
    const group = (row) => examples.groupNames[columns.group[row]];
    made.push({ heading: "group", key: group, fallingFirst: false, values: [["group", group]], cell: (row) => cell(group(row)) });
  }
  made.push(intervalsColumn("memorization", examples.memorization));
  made.push({ heading: "q", key: named("q_value"), fallingFirst: false, values: [["q_value", named("q_value")]],
    cell: (row) => cell(numberElement(columns.q_value[row], writtenRoughly)) });
  made.push(countsColumn("right, trained on", "in", columns.right_in, columns.n_in));
  made.push(countsColumn("right, left out", "out", columns.right_out, columns.n_out));
  if (examples.exposure !== null) made.push(intervalsColumn("exposure", examples.exposure));
  if (columns.group_size !== null) {
    made.push({ heading: "subpopulation", key: named("group_size"), fallingFirst: false, values: [["subpopulation_size", named("group_size")]],
      cell: (row) => cell(numberElement(columns.group_size[row], writtenCount)) });
  }
  const filters = [choiceFilter("Label", examples.classNames, columns.label)];
  if (columns.group !== null) filters.push(choiceFilter("Group", examples.groupNames, columns.group));
  filters.push(boundFilter("Memorization", examples.memorization.value, "at least", "0.05"), boundFilter("q", columns.q_value, "at most", "0.01"));
  if (examples.exposure !== null) filters.push(boundFilter("Exposure", examples.exposure.value, "at least", "0.05"));
  return new ExplorerTable({
    title: "training examples",
    caption: `All training examples, with intervals at ${Number((100 * examples.level).toPrecision(10))} %; headings sort, numbers lead to each example`,
    columns: made, nRows: training.n, filters,
    sortedBy: { column: made.findIndex((column) => column.heading === "memorization"), falling: true },
    textOf: (row) => [row, training.label(row), columns.group === null ? "" : examples.groupNames[columns.group[row]],
      training.texts?.[row] ?? "", ...training.row(row).map(([, value]) => value)].join(" "),
  });
}

function intervalsColumn(name, { value, low, high }) {
  return {
    heading: name, key: (row) => value[row], fallingFirst: true,
    values: [[name, (row) => value[row]], [`${name}_low`, (row) => low[row]], [`${name}_high`, (row) => high[row]]],
    cell: (row) => element("td", {}, value[row] === null ? dash() : element("span", { class: "estimate" },
      element("span", { class: "value" }, numberElement(value[row])), " ", intervalElement(low[row], high[row]))),
  };
}

function countsColumn(heading, side, right, n) {
  return {
    heading, key: (row) => (n[row] ? right[row] / n[row] : null), fallingFirst: true,
    values: [[`right_${side}`, (row) => right[row]], [`n_${side}`, (row) => n[row]]],
    cell: (row) => element("td", {}, n[row] ? `${writtenCount(right[row])} of ${writtenCount(n[row])}` : dash("there was no such trial")),
  };
}
