// How an example looks: its picture, its words, or its row beside the rows of others.

const addressOf = { training: (example) => `#example=${example}`, test: (example) => `#test=${example}` };

function exampleLink(examples, kind, example, text = examples.kinds[kind].name(example)) {
  return element("a", { href: addressOf[kind](example) }, text);
}

function pictureElement(examples, kind, example, properties = {}) {
  const of = examples.kinds[kind];
  const webp = of.picture(example);
  if (webp === null) return null;
  return element("img", {
    src: `data:image/webp;base64,${webp}`,
    alt: `${capitalized(of.name(example))}, labeled ${of.label(example)}`,
    class: of.pictures.small ? "pixelated" : "photograph",
    ...properties,
  });
}

function wordsElement(examples, kind, example, most = Infinity) {
  const { texts } = examples.kinds[kind];
  if (texts === null) return null;
  const text = texts[example].length > most ? `${texts[example].slice(0, most - 1)}…` : texts[example];
  return element("p", { class: "words", dir: "auto" }, text || "(an empty text)");
}

// A row beside others, column by column; `others` are {heading: [nodes], kind, example}.
function comparisonElement(examples, caption, kind, example, others) {
  const own = examples.kinds[kind].row(example);
  const rows = others.map((other) => new Map(examples.kinds[other.kind].row(other.example)));
  const head = element("tr", {}, element("th", { scope: "col" }, "column"), element("th", { scope: "col" }, "this example"),
    others.map((other) => element("th", { scope: "col" }, other.heading)));
  const body = own.map(([name, value]) => element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, value),
    rows.map((row) => element("td", { class: row.get(name) === value ? "same" : "" },
      row.has(name) ? row.get(name) : dash("this column is not listed for this example")))));
  return scrolling(caption, element("table", { class: "comparison" }, element("caption", {}, caption),
    element("thead", {}, head), element("tbody", {}, body)));
}
