/** Swagger UI as one module; its packages of types describe another bundle. https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/ */
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  const SwaggerUI: (options: { url: string; dom_id: string; deepLinking: boolean; validatorUrl: null }) => unknown;
  export default SwaggerUI;
}

declare module "*.css";
