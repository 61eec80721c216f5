// How every chart looks: quiet axes, the page's own letters, nothing that moves.

function chartTheme(fontFamily) {
  const letters = { fontFamily, fontSize: 12.5, color: "var(--ink)" };
  const quiet = { ...letters, color: "var(--muted)" };
  const axis = {
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { ...quiet, hideOverlap: true },
    splitLine: { show: true, lineStyle: { color: "var(--line)", width: 1 } },
    minorTick: { show: false },
    minorSplitLine: { show: false },
    nameLocation: "middle",
    nameGap: 30,
    nameTextStyle: letters,
  };
  return {
    animation: false,
    backgroundColor: "transparent",
    textStyle: letters,
    grid: { left: 4, right: 20, top: 34, bottom: 4 },
    valueAxis: axis,
    logAxis: axis,
    line: {
      showSymbol: true,
      showAllSymbol: true,
      symbol: "circle",
      symbolSize: 4,
      smooth: false,
      emphasis: { scale: 2.4 },
    },
    scatter: { itemStyle: { opacity: 1 }, emphasis: { scale: 1.4 } },
    tooltip: {
      trigger: "item",
      triggerOn: "none",
      confine: true,
      transitionDuration: 0,
      hideDelay: 0,
      className: "tip",
      backgroundColor: "var(--card)",
      borderColor: "var(--muted)",
      borderWidth: 1,
      padding: [8, 12],
      extraCssText: "border-radius: 6px; box-shadow: 0 2px 12px rgb(0 0 0 / 0.18); max-width: min(22rem, 80vw); white-space: normal;",
      textStyle: { ...letters, fontSize: 13 },
    },
  };
}
