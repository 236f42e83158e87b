// Draws tables of the page: a chart shows what its table says, and nothing else.
const charts = new Map();

const read = (holder) => {
  const table = document.getElementById(holder.dataset.table);
  const columns = holder.dataset.columns.split(",").map(Number);
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows].filter((row) => row.cells.length === heads.length);
  return {
    names: rows.map((row) => row.cells[0].textContent.trim()),
    series: columns.map((column) => ({
      name: heads[column],
      values: rows.map((row) => (row.cells[column].dataset.value === "" ? null : Number(row.cells[column].dataset.value))),
    })),
  };
};

const draw = (holder) => {
  const across = holder.dataset.chart === "bar-across";
  const { names, series } = read(holder);
  if (across) holder.style.height = `${Math.max(8, 2.2 * names.length + 4)}rem`;
  const chart = charts.get(holder) ?? echarts.init(holder, null, { renderer: "canvas" });
  charts.set(holder, chart);
  const colour = getComputedStyle(holder).color;
  const values = { type: "value", axisLabel: { color: colour }, splitLine: { lineStyle: { color: colour, opacity: 0.15 } } };
  const labels = { type: "category", data: names, inverse: across, axisLabel: { color: colour, width: across ? 170 : undefined, overflow: "break", lineHeight: 15 } };
  chart.setOption({
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    color: ["#206bc4", "#2fb344", "#d63939"],
    grid: { left: across ? 185 : 40, right: 16, top: series.length > 1 ? 36 : 12, bottom: 28 },
    legend: series.length > 1 ? { top: 0, textStyle: { color: colour } } : undefined,
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: across ? values : labels,
    yAxis: across ? labels : values,
    series: series.map(({ name, values: data }) => ({ name, data, type: holder.dataset.chart === "line" ? "line" : "bar" })),
  });
};

const drawAll = () => {
  for (const [holder, chart] of charts) {
    if (!holder.isConnected) {
      chart.dispose();
      charts.delete(holder);
    }
  }
  document.querySelectorAll("[data-chart]").forEach(draw);
};

drawAll();
document.addEventListener("htmx:afterSwap", drawAll);
addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
