// A section that is closed opens when its address is asked for: by a link, by a reload, by the back button.

function openAddressed() {
  document.getElementById(location.hash.slice(1))?.querySelector(":scope > details.whole")?.setAttribute("open", "");
}

addEventListener("hashchange", openAddressed);
document.addEventListener("DOMContentLoaded", openAddressed);
document.addEventListener("click", (event) => {
  if (event.target.closest?.("a")?.hash === location.hash) openAddressed(); // the address stays, and nothing is told
});
