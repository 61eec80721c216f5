// The tables of all training and all test examples, and what begins when the page is there.

document.addEventListener("DOMContentLoaded", async () => {
  const place = document.getElementById("all-examples");
  if (place === null) return;
  try {
    const examples = new StudyExamples(await unpackedData("examples-data"));
    const table = trainingTable(examples);
    place.replaceChildren(table.element);
    performance.mark("examples-shown");
    if (examples.kinds.test.n) place.append(testTableOnDemand(examples));
    linkNamedExamples(examples);
    new Routes(examples, table);
  } catch (error) {
    place.replaceChildren(element("p", { class: "absent", role: "alert" }, `The examples cannot be shown by this browser: ${error.message}`));
    console.error(error);
  } finally {
    place.removeAttribute("aria-busy");
  }
});

function trainingTable(examples) {
  const { memorization, exposure, groupNames, level } = examples;
  const { columns } = examples.kinds.training;
  const group = (row) => groupNames[columns.group[row]];
  const made = [exampleColumn("training"), ...lookColumns(examples, "training")];
  const filters = [choiceFilter("Label", examples.classNames, columns.label)];
  if (columns.group !== null) {
    made.push(textColumn("group", group));
    filters.push(choiceFilter("Group", groupNames, columns.group));
  }
  made.push(
    intervalsColumn("memorization", memorization),
    { ...numberColumn("q", "q_value", columns.q_value, writtenRoughly, false), cell: (row) => element("td", {}, qNumber(columns.q_value[row])) },
    sharesColumn("right, trained on", "in", columns.right_in, (row) => columns.n_in[row]),
    sharesColumn("right, left out", "out", columns.right_out, (row) => columns.n_out[row]),
  );
  filters.push(boundFilter("Memorization", memorization.value, "at least", "0.05"), boundFilter("q", columns.q_value, "at most", "0.01"));
  if (exposure !== null) {
    made.push(intervalsColumn("exposure", exposure));
    filters.push(boundFilter("Exposure", exposure.value, "at least", "0.05"));
  }
  if (examples.kinds.test.n) made.push(influenceColumn(examples, "training", "test"));
  if (columns.group_size !== null) made.push(numberColumn("subpopulation", "subpopulation_size", columns.group_size, writtenCount, false));
  made.push(numberColumn("position in the data", "position", columns.position, String, false));
  return new ExplorerTable({
    title: "training examples",
    caption: `All training examples, with intervals at ${Number((100 * level).toPrecision(10))} %; headings sort, numbers lead to each example`,
    columns: made, nRows: examples.kinds.training.n, filters,
    sortedBy: { column: made.findIndex((column) => column.heading === "memorization"), falling: true },
    textOf: (row) => `${columns.group === null ? "" : group(row)} ${searchedText(examples.kinds.training, row)}`,
  });
}

function testTable(examples) {
  const { columns } = examples.kinds.test;
  const made = [
    exampleColumn("test"), ...lookColumns(examples, "test"),
    sharesColumn("models right", "trials", columns.right, () => examples.nTrials),
    influenceColumn(examples, "test", "training"),
    numberColumn("position in the data", "position", columns.position, String, false),
  ];
  return new ExplorerTable({
    title: "test examples",
    caption: "All test examples: how many models were right, and the training example of strongest influence",
    columns: made, nRows: examples.kinds.test.n, filters: [choiceFilter("Label", examples.classNames, columns.label)],
    sortedBy: { column: made.findIndex((column) => column.heading === "strongest influence"), falling: true },
    textOf: (row) => searchedText(examples.kinds.test, row),
  });
}

// Made when it is first opened, so that the page is ready sooner.
function testTableOnDemand(examples) {
  const box = element("details", { id: "all-test-examples" }, element("summary", {}, `All ${writtenCount(examples.kinds.test.n)} test examples`));
  box.addEventListener("toggle", () => box.append(testTable(examples).element), { once: true });
  return box;
}

function searchedText(kind, row) {
  return [row, kind.label(row), kind.texts?.[row] ?? "", ...kind.row(row).map(([, value]) => value)].join(" ");
}
