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
  const { groupNames, level } = examples;
  const kind = examples.kinds.training;
  const group = (row) => (kind.group === null ? "" : groupNames[kind.group[row]]);
  const made = [exampleColumn(examples, "training"), ...lookColumns(examples, "training")];
  const filters = [choiceFilter("Label", examples.classNames, kind.labels)];
  if (kind.group !== null) {
    made.push(textColumn("group", group));
    filters.push(choiceFilter("Group", groupNames, kind.group));
  }
  const leading = made.length;
  made.push(...kind.shown.map((column) => measuredColumn(kind, column)));
  if (examples.kinds.test.n) made.push(influenceColumn(examples, "training", "test"));
  return new ExplorerTable({
    title: "training examples",
    caption: `All training examples, with intervals at ${Number((100 * level).toPrecision(10))} %; headings sort; rows are those of the data as given, counted from 0, and lead to each example`,
    columns: made, nRows: kind.n, filters: [...filters, ...boundsOf(kind)],
    sortedBy: { column: leading, falling: true },
    textOf: (row) => `${group(row)} ${searchedText(kind, row)}`,
  });
}

function testTable(examples) {
  const kind = examples.kinds.test;
  const made = [
    exampleColumn(examples, "test"), ...lookColumns(examples, "test"),
    ...kind.shown.map((column) => measuredColumn(kind, column)),
    influenceColumn(examples, "test", "training"),
  ];
  return new ExplorerTable({
    title: "test examples",
    caption: "All test examples: how many models were right, and the training example of strongest influence; rows are those of the data as given, counted from 0",
    columns: made, nRows: kind.n, filters: [choiceFilter("Label", examples.classNames, kind.labels), ...boundsOf(kind)],
    sortedBy: { column: made.findIndex((column) => column.heading === "strongest influence"), falling: true },
    textOf: (row) => searchedText(kind, row),
  });
}

// Made when it is first opened, so that the page is ready sooner.
function testTableOnDemand(examples) {
  const box = element("details", { id: "all-test-examples" }, element("summary", {}, `All ${writtenCount(examples.kinds.test.n)} test examples`));
  box.addEventListener("toggle", () => box.append(testTable(examples).element), { once: true });
  return box;
}

function searchedText(kind, row) {
  return [kind.name(row), kind.label(row), kind.texts?.[row] ?? "", ...kind.row(row).map(([, value]) => value)].join(" ");
}
