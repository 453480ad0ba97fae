import { Hono } from "hono";
import { page } from "../lib/page.ts";
import { dataApi } from "./data-api.ts";
import type { State } from "./operation.ts";
import type { StateWriter } from "./state-writer.ts";
import { encodeStatus, type ReplicaStatus } from "./status.ts";

/** What the pages of a replica show. */
export interface ReplicaView {
  status(): ReplicaStatus;
  /** Undefined until the state is open. */
  store(): { state: State; writer: StateWriter } | undefined;
  stateDirectory: string;
  /** Whether the data API is offered. */
  dataApi: boolean;
  /** Hears of each answer. */
  answered(method: string, code: number): void;
}

/** The HTTP interface of a replica. */
export function replicaApp(view: ReplicaView): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    view.answered(context.req.method, context.res.status);
  });
  app.get("/api/v2/status", (context) => context.body(encodeStatus(view.status()), 200, { "content-type": "application/cbor" }));
  app.get("/_/dashboard", (context) => context.html(dashboard(view)));
  if (view.dataApi) app.route("/_/data", dataApi(view.store));
  app.notFound((context) => context.text(`this node serves /api/v2/status, /_/dashboard${view.dataApi ? ", /_/data" : ""}\n`, 404));
  return app;
}

function dashboard(view: ReplicaView): ReturnType<typeof page> {
  const status = view.status();
  const store = view.store();
  return page("Replica", {
    Status: [
      ["Health", status.replica_health_status],
      ["Certified height", status.certified_height],
      ["Version", status.impl_version],
      ["Program (SHA-256)", status.impl_hash],
      ["Root key (DER)", status.root_key === undefined ? undefined : Buffer.from(status.root_key).toString("hex")],
    ],
    State: [
      ["Folder", view.stateDirectory],
      ["Log", store === undefined ? undefined : `${store.writer.bytes} bytes`],
      ["Keys", store?.state.data.size],
      ["Data", store === undefined ? undefined : `${store.state.dataBytes} bytes`],
    ],
  });
}
