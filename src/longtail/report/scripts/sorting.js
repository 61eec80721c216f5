// Sorting: numbers with what is unknown last either way, texts as people sort them, equal rows in the order of the data.

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

// The places of `keys`, sorted. Keys are numbers, texts or null; `falling` turns the order of what is known.
function sortedPlaces(places, keys, falling) {
  const turn = falling ? -1 : 1;
  const compare = (a, b) => {
    const [x, y] = [keys[a], keys[b]];
    if (x === null || y === null) return (x === null) - (y === null) || a - b;
    const order = typeof x === "number" && typeof y === "number" ? x - y : collator.compare(String(x), String(y));
    return turn * order || a - b;
  };
  return places.sort(compare);
}

// A heading that sorts when pressed: first the way that is more often wanted, then the other.
function sortingHeading(heading, content, fallingFirst, sort) {
  const press = () => {
    const now = heading.getAttribute("aria-sort");
    const falling = now === null ? fallingFirst : now === "ascending";
    for (const other of heading.parentElement.children) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
    sort(falling);
  };
  heading.append(element("button", { type: "button", class: "sort", on: { click: press } }, ...content));
}
