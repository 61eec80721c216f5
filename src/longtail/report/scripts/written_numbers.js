// How numbers are written: as numbers.py writes them, rounded for people, in full in the `value` of a <data> element.

const UNDETERMINED = "undetermined: there were not enough data for this number";

const minus = (text) => text.replace("-", "−");

function writtenCount(number) {
  return minus(number.toLocaleString("en-US"));
}

function writtenDifference(number) {
  const text = number.toFixed(3);
  return text === "-0.000" ? "0.000" : minus(text);
}

function writtenPercent(number) {
  return `${number === 1 ? "100" : minus((100 * number).toFixed(1))}\u202f%`;
}

// Two significant digits, where more would feign accuracy.
function writtenRoughly(number) {
  if (number > 0 && number < 0.001) {
    const [digits, exponent] = number.toExponential(1).split("e");
    return `${digits}×10${superscript(Number(exponent))}`;
  }
  return minus(String(Number(number.toPrecision(2))));
}

function superscript(whole) {
  return String(whole).replace("-", "⁻").replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
}

function numberElement(number, written = writtenDifference) {
  if (number === null || number === undefined) return dash();
  return element("data", { value: number }, written(number));
}

function dash(reason = UNDETERMINED) {
  return element("span", { class: "undetermined", title: reason, role: "img", "aria-label": reason }, "—");
}

function intervalElement(low, high, level, written = writtenDifference) {
  return element(
    "span",
    { class: "interval" },
    "[", numberElement(low, written), ", ", numberElement(high, written), "]",
    level === undefined ? null : element("span", { class: "level" }, ` at ${Number((100 * level).toPrecision(10))}\u202f%`),
  );
}

function estimateElement(intervals, place, level, written = writtenDifference) {
  if (intervals.value[place] === null) return dash();
  return element(
    "span",
    { class: "estimate" },
    element("span", { class: "value" }, numberElement(intervals.value[place], written)), " ",
    intervalElement(intervals.low[place], intervals.high[place], level, written),
  );
}

// A q-value: below one in a million its digits say nothing.
function qNumber(q) {
  return q !== null && q < 1e-6 ? element("span", {}, "< ", element("data", { value: q }, "10⁻⁶")) : numberElement(q, writtenRoughly);
}

function qElement(q) {
  return element("span", {}, q !== null && q < 1e-6 ? "q " : "q = ", qNumber(q));
}
