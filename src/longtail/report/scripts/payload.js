// The data that the page carries: compressed JSON in base64, in an element that never runs.

async function unpackedData(id) {
  const block = document.getElementById(id);
  if (block === null) return null;
  const packed = new Blob([bytesOf(block.textContent)]);
  return new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place += 1) bytes[place] = text.charCodeAt(place);
  return bytes;
}
