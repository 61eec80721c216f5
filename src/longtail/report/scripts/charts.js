// The charts: each `.plot` of the page is drawn by Apache ECharts from the option that Python made for it.
//
// Colors in an option are the style sheet's variables, so that light, dark and paper need no second drawing.

const charts = new Map(); // by name: {spec, host, drawn, reader}

document.addEventListener("DOMContentLoaded", () => {
  const specs = JSON.parse(new TextDecoder().decode(bytesOf(document.getElementById("charts-data").textContent)));
  for (const plot of document.querySelectorAll(".plot")) {
    const name = plot.dataset.chart;
    charts.set(name, { name, plot, spec: specs[name], drawn: null });
  }
  const resized = new ResizeObserver((entries) => entries.forEach(({ target }) => fitChart(charts.get(target.dataset.chart))));
  for (const chart of charts.values()) {
    fitChart(chart);
    resized.observe(chart.plot);
  }
  window.addEventListener("beforeprint", () => charts.forEach((chart) => drawChart(chart, PAPER_WIDTH)));
  window.addEventListener("afterprint", () => charts.forEach(fitChart));
});

const PAPER_WIDTH = 700; // CSS pixels; the style sheet scales the drawing to the column

// A chart in a closed <details> has no width: it is drawn when it is opened, or printed.
function fitChart(chart) {
  const width = chart.plot.clientWidth;
  if (width > 0) drawChart(chart, width);
}

function drawChart(chart, width) {
  const { plot, spec } = chart;
  const size = { width, height: spec.height };
  if (chart.drawn === null) {
    const host = plot.querySelector(".canvas");
    chart.drawn = echarts.init(host, chartTheme(getComputedStyle(plot).fontFamily), { renderer: "svg", ...size });
    chart.drawn.setOption(withFunctions(spec.option));
    chart.reader = readChart(chart);
  } else if (chart.drawn.getWidth() !== width) {
    chart.drawn.resize(size);
  }
  chart.drawn.setOption(fitted(spec.option, width));
  chart.reader.moved();
  const svg = plot.querySelector("svg"); // so that paper can scale it
  svg.setAttribute("viewBox", `0 0 ${width} ${spec.height}`);
}

// Names of rows take a part of the width; a narrow axis has half the ticks.
function fitted({ xAxis, yAxis }, width) {
  const named = Array.isArray(yAxis.axisLabel.formatter);
  const label = { width: Math.min(220, 0.36 * width), overflow: "break", lineHeight: 15 };
  const ticks = { customValues: xAxis.axisTick?.customValues.filter((_, index) => width >= 480 || index % 2 === 0) };
  return {
    xAxis: ticks.customValues ? { axisTick: ticks, axisLabel: ticks } : {},
    yAxis: named ? { axisLabel: label } : {},
  };
}

// What JSON cannot hold: how ticks are written, and what the tip says.
function withFunctions(option) {
  const written = (axis) => ({ ...axis, axisLabel: { ...axis.axisLabel, formatter: tickFormatter(axis.axisLabel.formatter) } });
  const upright = { nameLocation: "end", nameGap: 14, nameTextStyle: { align: "left" } }; // read without turning the head
  return { ...option, xAxis: written(option.xAxis), yAxis: { ...upright, ...written(option.yAxis) }, tooltip: { formatter: tipOf } };
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
