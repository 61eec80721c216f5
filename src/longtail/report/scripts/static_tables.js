// Tables that the page was written with: their rows sort, long ones can be searched, and all can be saved.

const WORTH_SEARCHING = 10; // rows

document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll("main table, footer table")) {
    const title = table.dataset.title ?? table.caption.textContent.trim();
    const names = columnNames(table);
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
    if (table.tHead?.rows.length === 1 && rows.length > 2 && !table.matches(".comparison")) makeSortable(table, rows);
    const tools = element("p", { class: "table-tools" });
    if (rows.length >= WORTH_SEARCHING) tools.append(searchOf(title, rows), " ");
    tools.append(downloadButtons(firstWords(title, 60), () => savedTable(names, table)));
    (table.closest(".scroll") ?? table).after(tools);
  }
});

// As many whole words as fit.
function firstWords(text, most) {
  const words = text.split(/\s+/);
  while (words.length > 1 && words.join(" ").length > most) words.pop();
  return words.join(" ").replace(/[,;:]$/, "");
}

function columnNames(table) {
  const heads = table.tHead === null ? [] : [...table.tHead.rows[0].cells].map(shownText);
  return heads.length ? heads : [...(table.rows[0]?.cells ?? [])].map((_, place) => (place ? `value ${place}` : "name"));
}

function makeSortable(table, rows) {
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const keys = rows.map((row) => cellKey(row.cells[column]));
    if (heading.textContent.trim() === "" || keys.every((key) => key === null)) return;
    const content = [...heading.childNodes];
    sortingHeading(heading, content, keys.some((key) => typeof key === "number"), (falling) => {
      const order = sortedPlaces(rows.map((_, place) => place), keys, falling);
      table.tBodies[0].append(...order.map((place) => rows[place]));
    });
  });
}

function searchOf(title, rows) {
  const input = element("input", { type: "search", id: freshId(), autocomplete: "off", "aria-label": `Search ${title}` });
  const status = element("span", { class: "small", role: "status" });
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
    const left = rows.filter((row) => !row.hidden).length;
    status.textContent = words.length ? ` ${writtenCount(left)} of ${writtenCount(rows.length)} rows` : "";
  });
  return element("label", { for: input.id }, "Search ", input, status);
}

// What a cell is sorted by: its first number, else its text; null where there is nothing.
function cellKey(cell) {
  const number = cell?.querySelector("data");
  if (number) return Number(number.value);
  if (!cell || cell.querySelector(".undetermined")) return null;
  return shownText(cell) || null;
}

// Names and rows of a table as it stands. An estimate becomes three columns: itself and its interval.
function savedTable(names, table) {
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => !row.hidden).map((row) => [...row.cells]);
  const widths = names.map((_, column) => (rows.some((row) => row[column]?.querySelector(".estimate")) ? 3 : 1));
  const numbersOf = (cell) => [...cell.querySelectorAll("data")].map((number) => Number(number.value));
  const saved = (cell, width) => {
    if (cell === undefined) return Array(width).fill(null);
    const numbers = numbersOf(cell);
    if (width === 3) return [0, 1, 2].map((place) => numbers[place] ?? null);
    const isNumber = numbers.length === 1 && shownText(cell) === shownText(cell.querySelector("data"));
    return [isNumber ? numbers[0] : shownText(cell)];
  };
  return {
    names: names.flatMap((name, column) => (widths[column] === 3 ? [name, `${name}, low`, `${name}, high`] : [name])),
    rows: rows.map((row) => names.flatMap((_, column) => saved(row[column], widths[column]))),
  };
}

// The words of a cell without what only decorates it: footnotes, citations, drawings.
function shownText(cell) {
  const copy = cell.cloneNode(true);
  for (const decoration of copy.querySelectorAll("sup, svg")) decoration.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}
