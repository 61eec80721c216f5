// The page of one example: how it looks, what was measured of it, whom it influences, who influences it, what lies near.

const IN_A_CARD = 220; // characters of a text

function trainingPage(examples, example) {
  const { columns } = examples.kinds.training;
  const { memorization, exposure } = examples;
  const facts = [["memorization", element("span", {}, estimateElement(memorization, example, examples.level), rankText(examples, memorization, example))]];
  facts.push(["tested", element("span", {}, qElement(columns.q_value[example]), ", that it is at most 0; allows for all training examples")]);
  facts.push(["right when trained on it", shareOf(columns.right_in[example], columns.n_in[example])]);
  facts.push(["right when left out", shareOf(columns.right_out[example], columns.n_out[example])]);
  if (exposure !== null) facts.push(["exposure", element("span", {}, estimateElement(exposure, example, examples.level), rankText(examples, exposure, example))]);
  if (columns.group !== null) facts.push(["group", examples.groupNames[columns.group[example]]]);
  if (columns.group_size !== null) facts.push(["subpopulation", subpopulationText(columns.group_size[example])]);
  facts.push(["in the data as given", `number ${writtenCount(columns.position[example])}, counted from 0`]);
  return examplePage(examples, "training", example, facts, "Test examples it influences most", "test",
    "Models are right on these more often when it was in their training.");
}

function testPage(examples, example) {
  const { columns } = examples.kinds.test;
  const facts = [["models right on it", shareOf(columns.right[example], examples.nTrials)]];
  facts.push(["in the data as given", `number ${writtenCount(columns.position[example])}, counted from 0`]);
  return examplePage(examples, "test", example, facts, "Training examples that influence it most", "training",
    "Models are right on it more often when these were in their training.");
}

function examplePage(examples, kind, example, facts, influenceTitle, otherKind, influenceMeaning) {
  const of = examples.kinds[kind];
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
    element("div", { class: "portrait" }, portrait(examples, kind, example), factList([["label", element("span", { class: "label" }, of.label(example))], ...facts])),
    wordsElement(examples, kind, example),
    element("h3", {}, influenceTitle),
    influenced.length ? element("p", { class: "small" }, influenceMeaning) : element("p", { class: "absent" }, "None is known."),
    cards(examples, kind, example, influenced, "Column by column, beside the strongest influences"),
    element("h3", {}, "Nearest training examples"),
    neighbors ? element("p", { class: "small" }, `${of.columns.neighbors.measure}.`)
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
  const named = (other) => [exampleLink(other.kind, other.example, `${other.kind} ${other.example}`), ", labeled ",
    element("span", { class: "label" }, examples.kinds[other.kind].label(other.example))];
  const memorized = (other) => other.kind === "training"
    ? element("span", { class: "small" }, "memorization ", numberElement(examples.memorization.value[other.example])) : null;
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

function shareOf(right, n) {
  if (n === 0) return dash("there was no such trial");
  return element("span", {}, numberElement(right / n, writtenPercent), ` (${writtenCount(right)} of ${writtenCount(n)} trials)`);
}

function rankText(examples, intervals, example) {
  if (intervals.value[example] === null) return null;
  const [rank, known] = examples.rank(intervals.value, example);
  return element("span", { class: "small" }, ` rank ${writtenCount(rank)} of ${writtenCount(known)}`);
}

function subpopulationText(size) {
  return size === 1 ? "alone in its subpopulation" : `one of ${writtenCount(size)} in its subpopulation`;
}
