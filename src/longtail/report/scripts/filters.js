// Filters of a table: what a row must have to be shown.

// Rows whose code, a position in `names`, is the chosen one.
function choiceFilter(label, names, codes) {
  const order = sortedPlaces(names.map((_, code) => code), names, false);
  const options = order.map((code) => element("option", { value: code }, names[code]));
  const control = element("select", { id: freshId() }, element("option", { value: "" }, "all"), options);
  return {
    control,
    element: element("label", { for: control.id }, `${label} `, control),
    isSet: () => control.value !== "",
    keeps: (row) => codes[row] === Number(control.value),
    clear: () => { control.value = ""; },
  };
}

// Rows whose number is known and at least, or at most, the given one.
function boundFilter(label, numbers, side, step) {
  const control = element("input", { type: "number", step, id: freshId(), inputmode: "decimal" });
  const turn = side === "at least" ? 1 : -1;
  return {
    control,
    element: element("label", { for: control.id }, `${label} ${side} `, control),
    isSet: () => control.value !== "",
    keeps: (row) => numbers[row] !== null && turn * numbers[row] >= turn * Number(control.value),
    clear: () => { control.value = ""; },
  };
}
