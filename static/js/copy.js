/* copy.js: a button that copies the text of an element; where the browser does not let it, the text is selected. */
(function () {
  "use strict";

  function select(element) {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  document.addEventListener("click", async function (event) {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    const label = button.querySelector(".btn__label") || button;
    select(source);
    try {
      await navigator.clipboard.writeText(source.textContent);
      label.textContent = button.dataset.copied;
    } catch (refused) {
      source.focus();
    }
  });
})();
