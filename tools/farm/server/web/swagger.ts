/// <reference lib="dom" />
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";

// The page that describes the API and tries it out.
SwaggerUI({ url: "openapi.json", dom_id: "#main", deepLinking: true, validatorUrl: null });
