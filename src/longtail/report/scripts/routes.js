// Every example has an address: report.html#example=123, report.html#test=45, by its number in the study. The rest of the page steps back for it; the
// browser's back button returns to where the reader was.

class Routes {
  constructor(examples, table) {
    this.examples = examples;
    this.table = table;
    this.view = document.getElementById("example-view");
    this.title = document.title;
    this.left = null; // where the reader was in the report: {scroll, focus, hash}
    this.hash = null; // of the report, where it was shown last
    this.pressed = null; // the link, or the point of a chart, that led away: not every browser focuses it
    addEventListener("hashchange", () => this.follow());
    for (const deed of ["click", "keydown"]) {
      document.addEventListener(deed, (event) => { this.pressed = event.target.closest?.("a, .plot") ?? null; }, true);
    }
    this.follow();
  }

  follow() {
    if (this.view.hidden && this.hash !== null) this.left = { scroll: scrollY, focus: this.pressed ?? document.activeElement, hash: this.hash };
    const [, kind, digits] = /^#(example|test)=(\d{1,9})$/.exec(location.hash) ?? [];
    if (kind !== undefined) this.open(kind === "test" ? "test" : "training", Number(digits));
    else {
      if (!this.view.hidden) this.close();
      this.hash = location.hash;
    }
  }

  open(kind, example) {
    const of = this.examples.kinds[kind];
    const found = example < of.n;
    const heading = element("h2", { id: "view-title", tabindex: "-1" }, found ? capitalized(of.name(example)) : `No such ${kind} example`);
    if (found) heading.append(", labeled ", element("span", { class: "label" }, of.label(example)));
    const page = kind === "test" ? testPage : trainingPage;
    const missing = `No ${kind} example has the number ${example}` + (of.n ? `: they are numbered from 0 to ${of.n - 1}.` : ".");
    this.view.replaceChildren(
      this.links(kind, example), heading,
      ...(found ? page(this.examples, example).filter((part) => part !== null) : [element("p", { class: "absent" }, missing)]),
    );
    this.view.hidden = false;
    document.body.classList.add("viewing");
    document.title = `${heading.textContent} · ${this.title}`;
    scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }

  // Back to all, and on to the next of the table as it is sorted and filtered now.
  links(kind, example) {
    const back = element("a", { href: "#examples" }, "← All examples");
    const links = [back];
    if (kind === "training") {
      const place = this.table.shown.indexOf(example);
      const neighbor = (step) => this.table.shown[place < 0 ? -1 : place + step];
      for (const [text, other] of [["Previous in the table", neighbor(-1)], ["Next in the table", neighbor(1)]]) {
        if (other !== undefined) links.push(exampleLink(this.examples, "training", other, text));
      }
    }
    return element("p", { class: "example-links" }, links.flatMap((link) => [link, " "]));
  }

  close() {
    this.view.hidden = true;
    this.view.replaceChildren();
    document.body.classList.remove("viewing");
    document.title = this.title;
    const target = document.getElementById(location.hash.slice(1));
    if (this.left !== null && (location.hash === this.left.hash || location.hash === "#examples")) {
      scrollTo(0, this.left.scroll);
      this.left.focus.focus({ preventScroll: true });
    } else if (target !== null) {
      const heading = target.querySelector("h2") ?? target;
      target.scrollIntoView();
      heading.setAttribute("tabindex", "-1");
      heading.focus({ preventScroll: true });
    }
    this.left = null;
  }
}

// Examples that the report names become links to their pages.
function linkNamedExamples(examples) {
  for (const [attribute, kind] of [["example", "training"], ["test", "test"]]) {
    for (const name of document.querySelectorAll(`[data-${attribute}]`)) {
      const example = Number(name.dataset[attribute]);
      if (example < examples.kinds[kind].n) name.replaceChildren(exampleLink(examples, kind, example, name.textContent));
    }
  }
}
