// Reading a chart point by point, with the pointer or with the keys: both do the same to it.
//
// A point is a datum with a `text`. Arrow keys go along its series and across to the next one, Home and End to its ends,
// Page Up and Page Down by ten; Enter opens the example where it has a view; Escape leaves. What the tip shows is spoken.

const REACH = 36; // CSS pixels from the pointer within which a point is found

function readChart(chart) {
  const { plot, spec, drawn } = chart;
  const voice = plot.parentElement.querySelector(".voice");
  const points = spec.option.series.flatMap((series, seriesIndex) =>
    (series.data ?? []).flatMap((datum, dataIndex) => (datum.text ? [{ seriesIndex, dataIndex, datum }] : [])),
  );
  let places = null; // of the points in pixels, until the chart changes its size
  let current = null;
  let before; // what was shown when a finger came down: the first touch shows a point, the second opens it

  function show(point, { aloud }) {
    if (point === current) return;
    leave();
    current = point;
    const { seriesIndex, dataIndex } = point;
    drawn.dispatchAction({ type: "highlight", seriesIndex, dataIndex });
    drawn.dispatchAction({ type: "showTip", seriesIndex, dataIndex });
    plot.classList.toggle("opens", hasView(point.datum));
    if (aloud) voice.textContent = point.datum.text.join(". ");
  }

  function leave() {
    if (current === null) return;
    const { seriesIndex, dataIndex } = current;
    drawn.dispatchAction({ type: "downplay", seriesIndex, dataIndex });
    drawn.dispatchAction({ type: "hideTip" });
    plot.classList.remove("opens");
    current = null;
  }

  function nearest(x, y) {
    places ??= points.map(({ seriesIndex, datum }) => drawn.convertToPixel({ seriesIndex }, datum.value));
    const distance = ([px, py]) => (spec.snap === "x" ? Math.abs(px - x) : Math.hypot(px - x, py - y));
    const best = closest(places, distance);
    return best >= 0 && distance(places[best]) <= REACH ? points[best] : null;
  }

  function open(point) {
    if (point !== null && hasView(point.datum)) location.hash = `example=${point.datum.example}`;
  }

  const surface = drawn.getZr();
  surface.on("mousemove", ({ offsetX, offsetY }) => {
    const point = nearest(offsetX, offsetY);
    if (point === null) leave();
    else show(point, { aloud: false });
  });
  surface.on("click", ({ offsetX, offsetY }) => {
    const point = nearest(offsetX, offsetY);
    if (before === undefined || before === point) open(point);
  });
  plot.addEventListener("pointerdown", ({ pointerType }) => { before = pointerType === "touch" ? current : undefined; }, true);

  plot.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") {
      leave();
      voice.textContent = "";
      plot.blur();
    } else if (event.key === "Enter") {
      open(current);
    } else {
      const next = stepFrom(points, current, event.key, spec.along);
      if (next === null) return;
      show(next, { aloud: true });
    }
    event.preventDefault();
  });
  plot.addEventListener("blur", leave);
  plot.addEventListener("pointerleave", ({ pointerType }) => { if (pointerType !== "touch") leave(); }); // a lifted finger leaves too

  return {
    moved() {
      places = null;
      leave();
    },
  };
}

// The point that a key leads to; null if the key means nothing here.
function stepFrom(points, current, key, along) {
  const [back, forth, before, after] =
    along === "x" ? ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"] : ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];
  const step = { [back]: -1, [forth]: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity }[key];
  const across = { [before]: -1, [after]: 1 }[key];
  if (step === undefined && across === undefined) return null;
  if (current === null) return points.at(key === "End" ? -1 : 0) ?? null;
  if (step !== undefined) {
    const series = points.filter(({ seriesIndex }) => seriesIndex === current.seriesIndex);
    return series[clamp(series.indexOf(current) + step, 0, series.length - 1)];
  }
  const indices = [...new Set(points.map(({ seriesIndex }) => seriesIndex))];
  const index = indices[clamp(indices.indexOf(current.seriesIndex) + across, 0, indices.length - 1)];
  if (index === current.seriesIndex) return current;
  const others = points.filter(({ seriesIndex }) => seriesIndex === index);
  const axis = along === "x" ? 0 : 1;
  return others[closest(others, ({ datum }) => Math.abs(datum.value[axis] - current.datum.value[axis]))];
}

function closest(items, distance) {
  let best = -1;
  let least = Infinity;
  items.forEach((item, index) => {
    const far = distance(item);
    if (far < least) [best, least] = [index, far];
  });
  return best;
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
