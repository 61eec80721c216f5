// What only works with scripts is shown by the style sheet where the root element says that they run.

document.documentElement.classList.add("scripted");
