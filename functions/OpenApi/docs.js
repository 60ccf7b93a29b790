// A key that opened the page opens the document, too.
const key = new URLSearchParams(location.search).get("code");
const base = location.pathname.replace(/\/docs\/?$/, "");

SwaggerUIBundle({
  url: `${base}/openapi.json`,
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null,
  requestInterceptor: request => {
    if (key) request.headers["x-functions-key"] = key;
    return request;
  },
});
