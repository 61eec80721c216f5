// A table over many rows, of which it shows a page: it sorts, filters, searches and is saved as CSV or JSON.
//
// A column is {heading, isText, cell(row), key(row), fallingFirst, values: [[name, row => value], …]}: what is shown, what
// it is sorted by, and what is saved. A filter is {control, keeps(row)}.

const PAGE_SIZES = [25, 50, 100, 250];

class ExplorerTable {
  constructor({ title, caption, columns, nRows, filters, textOf, sortedBy }) {
    Object.assign(this, { title, columns, nRows, filters, textOf });
    this.pageSize = PAGE_SIZES[0];
    this.page = 0;
    this.sorting = sortedBy; // {column, falling}
    this.texts = null; // of all rows, for searching; made at the first search
    this.body = element("tbody");
    this.status = element("p", { class: "status", role: "status" });
    this.search = element("input", { type: "search", id: freshId(), autocomplete: "off", spellcheck: "false" });
    this.search.addEventListener("input", later(150, () => this.refilter()));
    for (const filter of filters) filter.control.addEventListener("input", later(150, () => this.refilter()));
    this.element = element(
      "div", { class: "explorer" },
      this.controls(), this.status,
      scrolling(title, element("table", {}, element("caption", {}, caption), this.head(), this.body)),
      this.pager(),
    );
    this.refilter();
  }

  controls() {
    const search = element("label", { for: this.search.id }, "Search ", this.search);
    const clear = button("Clear", () => this.clear());
    const rows = () => ({
      names: this.columns.flatMap((column) => column.values.map(([name]) => name)),
      rows: [...this.shown].map((row) => this.columns.flatMap((column) => column.values.map(([, value]) => value(row)))),
    });
    return element(
      "div", { class: "controls", role: "group", "aria-label": `Search and filter ${this.title}` },
      search, this.filters.map((filter) => filter.element), clear, downloadButtons(this.title, rows),
    );
  }

  head() {
    const headings = this.columns.map((column, place) => {
      const heading = element("th", { scope: "col", class: column.isText && "text" });
      if (column.key === undefined) heading.append(column.heading);
      else {
        sortingHeading(heading, [column.heading], column.fallingFirst, (falling) => {
          this.sorting = { column: place, falling };
          this.resort();
        });
      }
      return heading;
    });
    headings[this.sorting.column].setAttribute("aria-sort", this.sorting.falling ? "descending" : "ascending");
    return element("thead", {}, element("tr", {}, headings));
  }

  pager() {
    this.where = element("span", { class: "where" });
    const steps = [["First", () => 0], ["Previous", () => this.page - 1], ["Next", () => this.page + 1], ["Last", () => this.lastPage]];
    this.steps = steps.map(([name, target]) => button(name, () => { this.page = target(); this.show(); }));
    const sizes = element("select", { id: freshId() }, PAGE_SIZES.map((size) => element("option", { value: size }, String(size))));
    sizes.addEventListener("change", () => { this.pageSize = Number(sizes.value); this.page = 0; this.show(); });
    const [first, previous, next, last] = this.steps;
    return element(
      "div", { class: "pager", role: "group", "aria-label": `Pages of ${this.title}` },
      first, previous, this.where, next, last, element("label", { for: sizes.id }, "Rows a page ", sizes),
    );
  }

  get lastPage() {
    return Math.max(Math.ceil(this.shown.length / this.pageSize) - 1, 0);
  }

  clear() {
    this.search.value = "";
    for (const filter of this.filters) filter.clear();
    this.refilter();
  }

  refilter() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length) this.texts ??= Array.from({ length: this.nRows }, (_, row) => this.textOf(row).toLowerCase());
    const filters = this.filters.filter((filter) => filter.isSet());
    const kept = [];
    for (let row = 0; row < this.nRows; row += 1) {
      if (filters.every((filter) => filter.keeps(row)) && words.every((word) => this.texts[row].includes(word))) kept.push(row);
    }
    this.shown = Uint32Array.from(kept);
    this.resort();
  }

  resort() {
    const { column, falling } = this.sorting;
    const keys = Array.from({ length: this.nRows }, (_, row) => this.columns[column].key(row));
    sortedPlaces(this.shown, keys, falling);
    this.page = 0;
    this.show();
  }

  show() {
    this.page = Math.min(Math.max(this.page, 0), this.lastPage);
    const start = this.page * this.pageSize;
    const rows = [...this.shown.subarray(start, start + this.pageSize)];
    this.body.replaceChildren(...rows.map((row) => element("tr", {}, this.columns.map((column) => column.cell(row)))));
    const many = this.shown.length === this.nRows ? "" : ` of ${writtenCount(this.nRows)}`;
    const range = rows.length ? `${writtenCount(start + 1)} to ${writtenCount(start + rows.length)} of ` : "";
    this.status.textContent = `${range}${writtenCount(this.shown.length)}${many} ${this.title}`;
    this.where.textContent = `page ${writtenCount(this.page + 1)} of ${writtenCount(this.lastPage + 1)}`;
    this.steps.forEach((step, place) => { step.disabled = place < 2 ? this.page === 0 : this.page === this.lastPage; });
  }
}

// Calls `act` once nothing more has happened for a while.
function later(milliseconds, act) {
  let waiting;
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(act, milliseconds);
  };
}
