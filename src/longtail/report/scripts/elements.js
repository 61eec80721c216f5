// Elements are made here and nowhere else. Text becomes text nodes, never markup, so that no string of the data is code.

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    else if (name === "class") made.className = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

function button(text, act, properties = {}) {
  return element("button", { type: "button", ...properties, on: { click: act } }, text);
}

// A box that scrolls by itself where its content is wide, and can be reached by keyboard for it.
function scrolling(label, ...children) {
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, ...children);
}

// Ids that no other element has.
let idsGiven = 0;
function freshId() {
  idsGiven += 1;
  return `made-${idsGiven}`;
}
