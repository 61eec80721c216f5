// Tables as CSV and JSON, made in the page and saved by the browser.

// RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it; a number that is a text does not.
function csvField(value) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const isFormula = /^\s*[=+\-@\t\r]/.test(value) && !/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value);
  const text = isFormula ? `'${value}` : value;
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvText(names, rows) {
  return [names, ...rows].map((row) => row.map(csvField).join(",")).join("\r\n") + "\r\n";
}

// A list of objects, a row a line.
function jsonText(names, rows) {
  const objects = rows.map((row) => JSON.stringify(Object.fromEntries(names.map((name, place) => [name, row[place] ?? null]))));
  return `[\n${objects.join(",\n")}\n]\n`;
}

function save(filename, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: filename }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

// Two buttons that save a table; `table()` gives its names and rows as they are when pressed.
function downloadButtons(title, table) {
  const filename = `${document.body.dataset.study}-${title}`.replace(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 100);
  const asCsv = () => { const { names, rows } = table(); save(`${filename}.csv`, "text/csv", csvText(names, rows)); };
  const asJson = () => { const { names, rows } = table(); save(`${filename}.json`, "application/json", jsonText(names, rows)); };
  return element(
    "span", { class: "downloads" },
    "Download as ",
    button("CSV", asCsv, { "aria-label": `Download ${title} as CSV` }), " ",
    button("JSON", asJson, { "aria-label": `Download ${title} as JSON` }),
  );
}
