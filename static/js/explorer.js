/* explorer.js: Swagger UI over our own document. Calls go to this host with the session of whoever looks, and the token
   that belongs to it. */
(function () {
  "use strict";
  const place = document.getElementById("explorer");
  if (!place || !window.SwaggerUIBundle) return;

  function cookie(name) {
    const found = document.cookie.split("; ").find(function (one) { return one.startsWith(name + "="); });
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.document,
    deepLinking: true,
    docExpansion: "none",
    defaultModelsExpandDepth: -1,
    displayOperationId: true,
    filter: true,
    persistAuthorization: false,
    validatorUrl: null,
    requestInterceptor: function (request) {
      if (request.method && !/^(GET|HEAD)$/i.test(request.method)) request.headers["X-CSRFToken"] = cookie(place.dataset.csrf);
      return request;
    },
  });
})();
