// What a column is written as, sorted by, filtered by and saved as: its unit says so. No column is known by its name.

const UNITS = {
  difference: { written: writtenDifference, fallingFirst: true, ranked: true, bound: ["at least", "0.05"] },
  probability: { written: writtenDifference, fallingFirst: true, ranked: true, bound: ["at least", "0.05"] },
  "q-value": { written: writtenRoughly, fallingFirst: false, ranked: false, bound: ["at most", "0.01"], number: qNumber, told: qElement },
};
const COUNTED = { written: writtenCount, fallingFirst: false, ranked: false };
const OTHER = { written: (number) => minus(String(Number(number.toPrecision(4)))), fallingFirst: true, ranked: true, bound: ["at least", "any"] };

const unitsKnown = new WeakMap(); // of columns, as there may be 100,000 numbers to look at
function unitOf(column) {
  if (column.unit in UNITS) return UNITS[column.unit];
  if (!unitsKnown.has(column)) {
    const whole = column.value.every((number) => number === null || Number.isInteger(number));
    unitsKnown.set(column, whole ? COUNTED : OTHER);
  }
  return unitsKnown.get(column);
}

// Of a column that is a part of another: how many of how many.
function partOf(kind, column, example) {
  const [part, whole] = [column.value[example], kind.columnOf.get(column.of).value[example]];
  return { part, whole, share: whole ? part / whole : null };
}

// A column of a table of examples: what a cell shows, by what it sorts, what is saved of it.
function measuredColumn(kind, column) {
  const unit = unitOf(column);
  const saved = [[column.name, (row) => column.value[row]]];
  if (column.low !== null) saved.push([`${column.name}_low`, (row) => column.low[row]], [`${column.name}_high`, (row) => column.high[row]]);
  if (column.of === "") {
    return { heading: column.title, key: (row) => column.value[row], fallingFirst: unit.fallingFirst, values: saved,
      cell: (row) => element("td", {}, measuredElement(column, row)) };
  }
  const whole = kind.columnOf.get(column.of);
  return { heading: column.title, key: (row) => partOf(kind, column, row).share, fallingFirst: true,
    values: [...saved, [whole.name, (row) => whole.value[row]]],
    cell: (row) => element("td", {}, whole.value[row] ? `${writtenCount(column.value[row])} of ${writtenCount(whole.value[row])}` : dash(nothingOf(whole))) };
}

// What an example's page tells of a column: the number with its unit, its rank, and what a test is of.
function measuredFact(examples, kind, column, example) {
  const unit = unitOf(column);
  if (column.of !== "") {
    const { part, whole, share } = partOf(kind, column, example);
    if (share === null) return dash(nothingOf(kind.columnOf.get(column.of)));
    return element("span", {}, numberElement(share, writtenPercent), ` (${writtenCount(part)} of ${writtenCount(whole)} ${column.unit})`);
  }
  const told = unit.told !== undefined ? unit.told(column.value[example]) : measuredElement(column, example, examples.level);
  const noun = column.value[example] === 1 ? singular(column.unit) : column.unit;
  const ofUnit = column.unit in UNITS || column.value[example] === null ? null : ` ${noun}`;
  const of = unit.ranked ? rankText(examples, column, example) : null;
  return element("span", {}, told, ofUnit, of, unit.told !== undefined && column.method ? `, ${column.method}` : null);
}

function measuredElement(column, example, level) {
  return column.low === null ? measuredNumber(column, example) : estimateElement(column, example, level, unitOf(column).written);
}

function measuredNumber(column, example) {
  const unit = unitOf(column);
  return unit.number === undefined ? numberElement(column.value[example], unit.written) : unit.number(column.value[example]);
}

function boundsOf(kind) {
  const bounded = kind.shown.filter((column) => column.of === "" && unitOf(column).bound !== undefined);
  return bounded.map((column) => boundFilter(capitalized(column.title), column.value, ...unitOf(column).bound));
}

function nothingOf(whole) {
  return `there was no such ${singular(whole.unit)}`;
}

function singular(noun) {
  return noun.replace(/s$/, "");
}

function capitalized(text) {
  return text.length > 1 ? text[0].toUpperCase() + text.slice(1) : text;
}
