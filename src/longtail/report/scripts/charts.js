// The charts: each `.plot` of the page is drawn by Apache ECharts from the option that Python made for it.
//
// Colors in an option are the style sheet's variables, so that light, dark and paper need no second drawing.

const charts = new Map(); // by name
const PAPER_WIDTH = 860; // CSS pixels; the style sheet scales the drawing to its column, and its letters to those around
const NARROW = 480;

document.addEventListener("DOMContentLoaded", () => {
  const specs = JSON.parse(new TextDecoder().decode(bytesOf(document.getElementById("charts-data").textContent)));
  for (const plot of document.querySelectorAll(".plot")) {
    const name = plot.dataset.chart;
    charts.set(name, { plot, spec: specs[name], drawn: null, reader: null });
  }
  addEventListener("beforeprint", () => charts.forEach((chart) => drawChart(chart, PAPER_WIDTH)));
  addEventListener("afterprint", () => charts.forEach(fitChart));
  drawInTurn([...charts.values()]);
});

// A chart at a time, so that the page answers in between.
function drawInTurn(waiting) {
  const resized = new ResizeObserver((entries) => entries.forEach(({ target }) => fitChart(charts.get(target.dataset.chart))));
  const next = () => {
    if (!waiting.length) return performance.mark("charts-drawn");
    const chart = waiting.shift();
    fitChart(chart);
    resized.observe(chart.plot);
    return setTimeout(next);
  };
  setTimeout(next);
}

// A chart in a closed <details> has no width: it is drawn when it is opened, or printed.
function fitChart(chart) {
  const width = chart.plot.clientWidth;
  if (width > 0) drawChart(chart, width);
}

function drawChart(chart, width) {
  const { plot, spec } = chart;
  const size = { width, height: spec.height };
  if (chart.drawn?.getWidth() === width) return;
  if (chart.drawn === null) {
    chart.drawn = echarts.init(plot.querySelector(".canvas"), chartTheme(getComputedStyle(plot).fontFamily), { renderer: "svg", ...size });
    chart.reader = readChart(chart);
  } else {
    chart.drawn.resize(size);
  }
  chart.drawn.setOption(optionAt(width, spec.option), true);
  chart.reader.moved();
  plot.querySelector("svg").setAttribute("viewBox", `0 0 ${width} ${spec.height}`); // so that paper can scale it
}

// An option with what JSON cannot hold (how ticks are written, what the tip says) and what depends on the width: names of
// rows take a part of it, and a narrow axis has half the ticks.
function optionAt(width, option) {
  const { xAxis, yAxis } = option;
  const row = { width: Math.min(220, 0.36 * width), overflow: "break", lineHeight: 15 };
  const upright = { nameLocation: "end", nameGap: 14, nameTextStyle: { align: "left" } }; // read without turning the head
  const label = ({ axisLabel }) => ({ ...axisLabel, formatter: tickFormatter(axisLabel.formatter) });
  const ticks = xAxis.axisTick && { customValues: xAxis.axisTick.customValues.filter((_, place) => width >= NARROW || place % 2 === 0) };
  return {
    ...option,
    xAxis: { ...xAxis, axisTick: ticks, axisLabel: { ...label(xAxis), ...ticks } },
    yAxis: { ...upright, ...yAxis, axisLabel: { ...label(yAxis), ...(Array.isArray(yAxis.axisLabel.formatter) ? row : {}) } },
    series: option.series.map(withRing),
    tooltip: { formatter: tipOf },
  };
}

// The point that is read has a ring in the color of the words. Its colors must be said again: ECharts would lighten them,
// and cannot lighten a variable.
function withRing(series) {
  const ringed = (itemStyle) => ({ itemStyle: { ...itemStyle, opacity: 1, borderColor: "var(--ink)", borderWidth: 2 } });
  const emphasis = { ...ringed(series.itemStyle), lineStyle: series.lineStyle };
  const data = series.data.map((datum) => (datum.itemStyle ? { ...datum, emphasis: ringed(datum.itemStyle) } : datum));
  return { ...series, emphasis, data };
}

function tickFormatter(spec) {
  if (Array.isArray(spec)) return (value) => spec[value] ?? "";
  return {
    plain: (value) => round(value).replace("-", "−"),
    count: (value) => (value < 1 ? "" : Math.round(value).toLocaleString("en-US")),
    percent: (value) => `${round(100 * value).replace("-", "−")}\u202f%`,
  }[spec];
}

function round(value) {
  return String(Number(value.toPrecision(10)));
}

// The datum’s lines, and a word on where it leads.
function tipOf({ data }) {
  const [first, ...others] = data.text;
  const lines = [element("strong", {}, first), ...others.map((text) => element("span", {}, text))];
  return hasView(data) ? [...lines, element("em", {}, "click, or press Enter, to see it")] : lines;
}

function hasView(datum) {
  return datum.example !== undefined && document.getElementById("examples-data") !== null;
}
