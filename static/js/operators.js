/* operators.js: what the admin's theme keeps in attributes, as components that a strict policy lets run. */
(function () {
  "use strict";
  const OPEN = "sidebarDesktopOpen";

  document.addEventListener("alpine:init", function () {
    ["theme", "searchForm", "searchDropdown", "searchCommand"].forEach(function (name) {
      if (typeof window[name] === "function") {
        const make = window[name];
        Alpine.data(name, function () { return make.apply(this, arguments); });
      }
    });

    Alpine.data("page", function () {
      const kept = localStorage.getItem(OPEN);
      return {
        activeTab: "",
        sidebarMobileOpen: false,
        sidebarDesktopOpen: kept === null ? true : kept === "1",
        window: { location: { pathname: location.pathname, search: location.search } },
        init() {
          this.activeTab = (typeof getCurrentTab === "function" && getCurrentTab()) || this.$el.dataset.tab || "";
          this.$watch(OPEN, function (value) { localStorage.setItem(OPEN, value ? "1" : "0"); });
        },
        toggleDesktop() { this.sidebarDesktopOpen = !this.sidebarDesktopOpen; },
        toggleMobile() { this.sidebarMobileOpen = !this.sidebarMobileOpen; },
      };
    });
  });
})();
