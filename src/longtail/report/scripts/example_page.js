// The page of one example: how it looks, what was measured of it, whom it influences, who influences it, what lies near.

const IN_A_CARD = 220; // characters of a text

function trainingPage(examples, example) {
  const kind = examples.kinds.training;
  const facts = kind.group === null ? [] : [["group", examples.groupNames[kind.group[example]]]];
  return examplePage(examples, "training", example, facts, "Test examples it influences most", "test",
    "Models are right on these more often when it was in their training.");
}

function testPage(examples, example) {
  return examplePage(examples, "test", example, [], "Training examples that influence it most", "training",
    "Models are right on it more often when these were in their training.");
}

function examplePage(examples, kind, example, facts, influenceTitle, otherKind, influenceMeaning) {
  const of = examples.kinds[kind];
  const measured = of.shown.map((column) => [column.title, measuredFact(examples, of, column, example)]);
  const places = [["row of the data as given", `${of.position[example]}, counted from 0`], [`number among the ${kind} examples`, String(example)]];
  const all = [["label", element("span", { class: "label" }, of.label(example))], ...measured, ...facts, ...places];
  const pairs = examples.strongestPairs(kind, example);
  const influenced = pairs.map((pair) => ({
    kind: otherKind,
    example: (otherKind === "test" ? examples.influences.test : examples.influences.train)[pair],
    measured: [estimateElement(examples.influences, pair, examples.level), " ", qElement(examples.influences.q_value[pair])],
  }));
  const neighbors = of.neighbors(example)?.map(({ example: other, distance }) => ({
    kind: "training", example: other, measured: ["at a distance of ", numberElement(distance, (x) => String(x))],
  }));
  return [
    element("div", { class: "portrait" }, portrait(examples, kind, example), factList(all)),
    wordsElement(examples, kind, example),
    element("h3", {}, influenceTitle),
    influenced.length ? element("p", { class: "small" }, influenceMeaning) : element("p", { class: "absent" }, "None is significant: more trials would tell."),
    cards(examples, kind, example, influenced, "Column by column, beside the strongest influences"),
    element("h3", {}, "Nearest training examples"),
    neighbors ? element("p", { class: "small" }, `${of.neighborhood.measure}.`)
      : element("p", { class: "absent" }, "Not looked for: with this many examples only those of the examples that matter were."),
    neighbors ? cards(examples, kind, example, neighbors, "Column by column, beside the nearest training examples") : null,
    influenced.length || neighbors || !of.row(example).length ? null : comparisonElement(examples, "Column by column", kind, example, []),
  ];
}

function portrait(examples, kind, example) {
  const picture = pictureElement(examples, kind, example);
  if (picture !== null || examples.kinds[kind].pictures === null) return picture;
  return element("p", { class: "absent no-picture" }, "No picture of this example is kept.");
}

function factList(facts) {
  return element("dl", { class: "particulars" }, facts.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}

// Others beside an example: as a comparison of rows, or each on a card with its picture or words.
function cards(examples, kind, example, others, caption) {
  if (!others.length) return null;
  const named = (other) => [exampleLink(examples, other.kind, other.example), ", labeled ",
    element("span", { class: "label" }, examples.kinds[other.kind].label(other.example))];
  const memorized = (other) => other.kind === "training"
    ? element("span", { class: "small" }, `${examples.leading.title} `, measuredNumber(examples.leading, other.example)) : null;
  const { pictures, texts } = examples.kinds[kind];
  if (pictures === null && texts === null && examples.kinds[kind].row(example).length) {
    const headed = others.map((other) => ({ ...other, heading: [...named(other), element("span", { class: "small" }, ...other.measured), memorized(other)] }));
    return comparisonElement(examples, caption, kind, example, headed);
  }
  return element("ul", { class: texts === null ? "influences" : "influences of-texts" }, others.map((other) => element("li", {},
    pictureElement(examples, other.kind, other.example),
    element("div", {}, element("span", { class: "what" }, ...named(other)), wordsElement(examples, other.kind, other.example, IN_A_CARD),
      element("span", { class: "small" }, ...other.measured), memorized(other)))));
}

function rankText(examples, intervals, example) {
  if (intervals.value[example] === null) return null;
  const [rank, known] = examples.rank(intervals.value, example);
  return element("span", { class: "small" }, ` rank ${writtenCount(rank)} of ${writtenCount(known)}`);
}
