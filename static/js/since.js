/* since.js: ages that go on counting between two answers of the server: <time data-since datetime> in seconds. */
(function () {
  "use strict";
  const skew = Date.now();                       /* the page's clock may be off: count from when it was rendered */
  function tell() {
    document.querySelectorAll("time[data-since]").forEach(function (mark) {
      const shown = Number(mark.dataset.since);
      if (mark.dataset.from !== mark.dateTime + shown) {   /* new from the server: begin again */
        mark.dataset.from = mark.dateTime + shown;
        mark.dataset.at = String(Date.now() - skew);
      }
      const age = shown + Math.floor((Date.now() - skew - Number(mark.dataset.at)) / 1000);
      const words = age < 120 ? mark.dataset.seconds : age < 7200 ? mark.dataset.minutes : null;
      if (words) {
        const text = words.replace("{n}", String(age < 120 ? age : Math.floor(age / 60)));
        if (mark.textContent !== text) mark.textContent = text;
      }
    });
  }
  document.addEventListener("DOMContentLoaded", function () { tell(); setInterval(tell, 1000); });
})();
