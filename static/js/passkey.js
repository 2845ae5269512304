/* passkey.js: a form with data-passkey asks the device to make or to use a passkey, then sends what it answered. */
(function () {
  "use strict";

  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); });
  }

  function text(buffer) {
    let plain = "";
    new Uint8Array(buffer).forEach(function (one) { plain += String.fromCharCode(one); });
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function read(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    ["excludeCredentials", "allowCredentials"].forEach(function (name) {
      (options[name] || []).forEach(function (one) { one.id = bytes(one.id); });
    });
    return { publicKey: options };
  }

  function written(made) {
    const said = made.response, response = { clientDataJSON: text(said.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (said[name]) response[name] = text(said[name]);
    });
    if (said.getTransports) response.transports = said.getTransports();
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response: response, clientExtensionResults: {} });
  }

  async function asked(form) {
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(form.dataset.options, { method: "POST", headers: { "X-CSRFToken": token } });
    if (!(answer.headers.get("Content-Type") || "").startsWith("application/json")) {
      location.assign(answer.url);   /* asked to confirm, or to sign in, first */
      return null;
    }
    return answer.json();
  }

  async function send(form) {
    const given = await asked(form);
    if (!given) return;
    const options = read(given.options);
    const made = await (form.dataset.passkey === "add" ? navigator.credentials.create(options) : navigator.credentials.get(options));
    form.elements.code.value = written(made);
    form.elements.sent_id.value = given.id;
    form.submit();
  }

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.dataset.passkey) return;
    event.preventDefault();
    const said = form.querySelector("[data-said]");
    said.hidden = true;
    send(form).catch(function () {
      said.textContent = form.dataset.failed;
      said.hidden = false;
    });
  });
})();
