/* chart.js: the equity curve. The server writes the points into the element, colours come from the tokens. */
(function () {
  "use strict";
  const charts = new WeakMap();

  function read(element) {
    const xs = [], ys = [];
    for (const pair of element.dataset.points.split(",")) {
      const cut = pair.indexOf(" ");
      xs.push(Number(pair.slice(0, cut)) / 1000);
      ys.push(Number(pair.slice(cut + 1)));
    }
    return [xs, ys];
  }

  /* a token may be oklch() inside light-dark(): the browser resolves it when it is a property's value */
  function token(element, name) {
    const probe = document.createElement("i");
    probe.className = "probe probe--" + name;
    element.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  }

  function faint(colour) {
    return colour.startsWith("rgb(") ? colour.replace("rgb(", "rgba(").replace(")", ", 0.11)") : colour.replace(")", " / 0.11)");
  }

  function short(value) {
    if (Math.abs(value) >= 1e6) return (value / 1e6).toFixed(2) + "M";
    return value.toLocaleString("en-US", { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : 2 });
  }

  const DAY = { day: "numeric", month: "short", timeZone: "UTC" };
  const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" };

  function moment(seconds, step) {   /* hours within a day, the day at its beginning */
    const form = step >= 86400 || seconds % 86400 === 0 ? DAY : HOUR;
    return new Date(seconds * 1000).toLocaleString(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, form);
  }

  function label(element, plot) {
    const out = element.querySelector(".plot__tip");
    const at = plot.cursor.idx;
    if (at == null) { out.hidden = true; return; }
    const when = new Date(plot.data[0][at] * 1000).toISOString();
    const value = plot.data[1][at].toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    out.textContent = when.slice(0, 10) + " " + when.slice(11, 16) + " · " + value + " " + element.dataset.unit;
    out.hidden = false;
  }

  function draw(element) {
    const data = read(element), accent = token(element, "accent"), text = token(element, "text-3"), line = token(element, "line");
    const font = "11px " + getComputedStyle(document.body).fontFamily;
    const axis = { stroke: text, font: font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
    element.replaceChildren();
    const tip = document.createElement("span");
    tip.className = "plot__tip";
    tip.hidden = true;
    const plot = new window.uPlot({
      width: element.clientWidth,
      height: element.clientHeight,
      tzDate: function (seconds) { return window.uPlot.tzDate(new Date(seconds * 1000), "UTC"); },
      legend: { show: false },
      padding: [8, 0, 0, 0],
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { y: { range: function (_plot, low, high) { const pad = Math.max((high - low) * 0.08, Math.abs(high) * 0.0005); return [low - pad, high + pad]; } } },
      axes: [
        Object.assign({}, axis, { size: 26, grid: { show: false }, space: 90, values: function (_plot, ticks, _axis, _space, step) {
          return ticks.map(function (seconds) { return _plot.valToPos(seconds, "x") < 18 ? "" : moment(seconds, step); });
        } }),
        Object.assign({}, axis, { side: 1, size: 56, space: 44, values: function (_plot, ticks) { return ticks.map(short); } }),
      ],
      series: [{}, { stroke: accent, width: 1.75, fill: faint(accent), points: { show: false } }],
      hooks: { setCursor: [function (self) { label(element, self); }] },
    }, data, element);
    element.append(tip);
    charts.set(element, plot);
  }

  function all(act) { document.querySelectorAll("[data-plot]").forEach(act); }

  function refresh(element) {
    const plot = charts.get(element);
    if (plot) plot.setData(read(element)); else draw(element);
  }

  const resized = new ResizeObserver(function (entries) {
    for (const entry of entries) {
      const plot = charts.get(entry.target);
      if (plot && entry.target.clientWidth) plot.setSize({ width: entry.target.clientWidth, height: entry.target.clientHeight });
    }
  });

  window.desk = window.desk || {};
  window.desk.chart = refresh;
  document.addEventListener("DOMContentLoaded", function () { all(function (element) { draw(element); resized.observe(element); }); });
  document.addEventListener("themechange", function () { all(draw); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () { all(draw); });
})();
