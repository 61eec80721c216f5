// All findings, and all examples, as JSON files: the very data of which the page was rendered.

document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("findings-downloads");
  const press = async (name, id) => save(`${document.body.dataset.study}-${name}.json`, "application/json", JSON.stringify(await unpackedData(id)));
  place?.append(button("Download all findings as JSON", () => press("findings", "findings-data")));
  if (document.getElementById("examples-data")) place?.append(" ", button("Download all examples as JSON", () => press("examples", "examples-data")));
});
