/* page.js: what every page does without the server: theme, dialogs, one submit per form, messages that leave. */
(function () {
  "use strict";
  const root = document.documentElement;

  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function open(id) {
    const dialog = document.getElementById(id);
    if (!dialog) return false;
    dialog.close();
    dialog.showModal();
    return true;
  }

  document.addEventListener("click", function (event) {
    const pressed = event.target.closest("button, a");
    if (!pressed) return;
    if (pressed.getAttribute("aria-disabled") === "true") event.preventDefault();
    else if (pressed.dataset.open && open(pressed.dataset.open)) event.preventDefault();
    if (pressed.dataset.empty) document.getElementById(pressed.dataset.empty).replaceChildren();
    if (pressed.hasAttribute("data-close")) pressed.closest("dialog").close();
    if (pressed.hasAttribute("data-theme-toggle")) {
      root.dataset.theme = isDark() ? "light" : "dark";
      document.cookie = "theme=" + root.dataset.theme + "; path=/; max-age=31536000; samesite=lax";
      document.dispatchEvent(new Event("themechange"));
    }
  });

  /* a form is sent once: a second press while the first is under way does nothing, and the button keeps its width */
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.hasAttribute("data-once")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    const button = form.querySelector("[type=submit]");
    if (!button) return;
    button.setAttribute("aria-busy", "true");
    const spin = document.createElement("span");
    spin.className = "spin";
    button.append(spin);
  });
  window.addEventListener("pageshow", function (event) {   /* back to a page kept by the browser: forms work again */
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  /* what was typed outlives the page that asks who is there: this tab keeps it, and fills it in once on the way back */
  const place = "kept:" + location.pathname + location.search;

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.dataset.keep === undefined || !form.id) return;
    const typed = Array.from(new FormData(form)).filter(function (pair) { return pair[0] !== "csrfmiddlewaretoken"; });
    sessionStorage.setItem(place, JSON.stringify({ form: form.id, typed: typed }));
  });

  function fillAgain() {
    const kept = JSON.parse(sessionStorage.getItem(place) || "null");
    sessionStorage.removeItem(place);
    const form = kept && document.getElementById(kept.form);
    if (!form || !document.referrer || new URL(document.referrer).pathname !== form.dataset.keep) return;
    kept.typed.forEach(function (pair) {
      const field = form.elements.namedItem(pair[0]);
      if (field && field.type !== "hidden" && "value" in field) field.value = pair[1];
    });
    for (let around = form.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
    const said = form.querySelector("[data-kept]");
    if (said) said.hidden = false;
    form.querySelector("[type=submit]").focus();
  }

  document.addEventListener("DOMContentLoaded", function () {
    fillAgain();
    const opened = document.querySelector("dialog[data-opened]");
    if (opened) open(opened.id);
    document.querySelectorAll("[data-toast]").forEach(function (toast) {
      setTimeout(function () { toast.remove(); }, 6000);
    });
  });
})();
