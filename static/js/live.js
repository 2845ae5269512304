/* live.js: keeps the page fresh. A socket says what changed, HTMX fetches it, idiomorph swaps only what differs,
   so that focus, scroll, open details and the chart stay. While the socket is down the page asks every 15 s. */
(function () {
  "use strict";
  const EVERYTHING = "all";
  const GAP_MS = 250;          /* at most four refreshes a second */
  const POLL_MS = 15000;
  const QUIET_MS = 45000;      /* no successful refresh for so long, and not for lack of news: stale */
  const RETRY_MAX_MS = 30000;
  const conn = document.getElementById("conn");
  if (!conn) return;

  const text = conn.querySelector(".conn__text"), bars = conn.querySelector("use");
  const seen = new Map();      /* stream -> last sequence */
  const wanted = new Set();
  let socket = null, tries = 0, timer = null, busy = false, begun = 0, fresh = Date.now(), failed = false, over = false;

  /* ---- the badge ---- */
  function clock(ms) { return new Date(ms).toISOString().slice(11, 19) + " UTC"; }

  function show() {
    const up = socket && socket.readyState === WebSocket.OPEN && tries === 0;
    const old = failed || Date.now() - fresh > QUIET_MS && !up;
    const state = over ? "ended" : old ? "stale" : up ? "live" : "late";
    conn.classList.toggle("conn--late", state === "late");
    conn.classList.toggle("conn--down", state === "stale" || state === "ended");
    document.body.classList.toggle("is-stale", state === "stale" || state === "ended");
    conn.dataset.state = state;
    bars.setAttribute("href", state === "live" ? "#i-bars" : "#i-bars-0");
    const words = state === "stale" ? conn.dataset.stale + " " + clock(fresh) : conn.dataset[state];
    if (text.textContent !== words) text.textContent = words;
  }

  /* ---- refreshing ---- */
  function want(names) {
    names.forEach(function (name) { wanted.add(name); });
    if (timer || busy || over || document.hidden) return;
    timer = setTimeout(refresh, Math.max(0, GAP_MS - (Date.now() - begun)));
  }

  function refresh() {
    timer = null;
    if (!wanted.size) return;
    const only = wanted.has(EVERYTHING) ? EVERYTHING : Array.from(wanted).sort().join(",");
    const query = new URLSearchParams(location.search);
    query.delete("open");
    query.set("only", only);
    wanted.clear();
    busy = true;
    begun = Date.now();
    window.htmx.ajax("GET", conn.dataset.panels + "?" + query, { source: conn, target: conn, swap: "none" })
      .catch(function () { /* htmx has said so already: see afterRequest */ })
      .finally(function () { busy = false; show(); if (wanted.size) want([]); });
  }

  document.body.addEventListener("htmx:afterRequest", function (event) {
    failed = !event.detail.successful;
    if (!failed) fresh = Date.now();
    show();
  });

  /* ---- swapping: what changed flashes, what the reader opened stays open ---- */
  const changed = new Set();

  window.Idiomorph.defaults.callbacks.beforeNodeMorphed = function (now, next) {
    if (now.nodeType === Node.TEXT_NODE) {
      const figure = now.nodeValue !== next.nodeValue && now.parentElement && now.parentElement.closest(".live");
      if (figure) changed.add(figure);
    } else if (now.dataset && now.dataset.plot !== undefined && next.dataset && next.dataset.plot !== undefined) {
      if (now.dataset.points !== next.dataset.points) {
        now.dataset.points = next.dataset.points;
        now.setAttribute("aria-label", next.getAttribute("aria-label"));
        window.desk.chart(now);
      }
      return false;
    }
    return true;
  };
  window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = function (name, node) {
    return !(name === "open" && (node.tagName === "DETAILS" || node.tagName === "DIALOG"));
  };
  window.Idiomorph.defaults.callbacks.afterNodeAdded = function (node) {
    if (node.dataset && node.dataset.row !== undefined) changed.add(node);
    if (node.querySelectorAll) node.querySelectorAll("[data-plot]").forEach(window.desk.chart);
  };

  function flash() {
    const figures = Array.from(changed);
    changed.clear();
    figures.forEach(function (figure) { figure.classList.add("is-tick"); });
    requestAnimationFrame(function () {
      requestAnimationFrame(function () { figures.forEach(function (figure) { figure.classList.remove("is-tick"); }); });
    });
  }
  document.body.addEventListener("htmx:oobAfterSwap", flash);

  /* ---- the socket ---- */
  function hear(frame) {
    if (frame.hello) { tries = 0; want([EVERYTHING]); show(); return; }
    socket.send(JSON.stringify({ ack: frame.n }));
    frame.hints.forEach(function (hint) {
      const before = seen.get(hint.stream);
      seen.set(hint.stream, Math.max(hint.sequence, before || 0));
      want(before !== undefined && hint.first > before + 1 ? [EVERYTHING] : hint.what);
    });
  }

  function closed(event) {
    over = event.code === 4401 || event.code === 4403;
    if (over) { show(); return; }
    tries += 1;
    seen.clear();
    setTimeout(connect, Math.min(RETRY_MAX_MS, 500 * 2 ** Math.min(tries, 6)) * (0.5 + Math.random() / 2));
    show();
  }

  function connect() {
    const address = new URL(conn.dataset.socket, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(address);
    socket.onmessage = function (event) { hear(JSON.parse(event.data)); };
    socket.onclose = closed;
  }

  document.addEventListener("visibilitychange", function () { if (!document.hidden) want([EVERYTHING]); });
  setInterval(function () {
    if (!over && !(socket && socket.readyState === WebSocket.OPEN)) want([EVERYTHING]);
  }, POLL_MS);
  setInterval(show, 5000);
  connect();
})();
