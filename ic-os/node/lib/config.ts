import fs from "node:fs";
import JSON5 from "json5";
import * as z from "zod";
import { Failure } from "../../../tools/lib/failure.ts";
import { listenAddress } from "./address.ts";
import { ipPrefix } from "./prefix.ts";
import { publicKeyDer } from "./public-key.ts";
import { validated } from "./validation.ts";

/** Where the OS puts the configuration that it renders at every boot. */
export const configFile = "/run/ic-node/config/ic.json5";

const renderHint = "systemctl status generate-ic-config.service";

/** Prefixes by family; `{}` is nobody. */
const prefixes = z.strictObject({ ipv4: z.array(ipPrefix(4)).default([]), ipv6: z.array(ipPrefix(6)).default([]) });

const everywhere = { ipv4: ["0.0.0.0/0"], ipv6: ["::/0"] };

const publicKey = z.string().transform((pem, context) => {
  const der = publicKeyDer(pem);
  if (der !== undefined) return der;
  context.addIssue({ code: "custom", message: "expected a public key in PEM (BEGIN PUBLIC KEY)" });
  return z.NEVER;
});

const source = z.string().regex(/^(?:\/|https?:\/\/)/, { error: (issue) => `expected an absolute path or an http(s) URL, got ${JSON.stringify(issue.input)}` });

/** ic.json5: what the node needs to know. Every field has a default, so `{}` is a whole configuration. Names are upstream's where it has the field. */
export const nodeConfig = z.strictObject({
  state_manager: z.strictObject({ state_root: z.string().startsWith("/").default("/var/lib/ic/data") }).prefault({}),
  http_handler: z.strictObject({ listen_addr: listenAddress.prefault("[::]:8080") }).prefault({}),
  metrics: z.strictObject({ exporter: z.strictObject({ http: listenAddress.prefault("[::]:9090") }).prefault({}) }).prefault({}),
  orchestrator: z.strictObject({ dashboard: listenAddress.prefault("[::]:7070"), metrics: listenAddress.prefault("[::]:9091") }).prefault({}),
  registry: z
    .strictObject({
      /** Tried in this order; the first that answers with a valid registry wins. */
      sources: z.array(source).default(["/var/lib/ic/data/ic_registry_local_store/registry.json"]),
      poll_seconds: z.number().min(0.05).max(86_400).default(10),
    })
    .prefault({}),
  firewall: z
    .strictObject({
      /** May always reach port 22: no rule of the registry takes that away. */
      ssh_prefixes: prefixes.default(everywhere),
      /** May reach the ports of the node unless a rule of the registry forbids it. */
      node_prefixes: prefixes.default(everywhere),
    })
    .prefault({}),
  /** The root key that the node reports, in PEM; null for that of the file below, or without one for one of the node's own. */
  nns_public_key: publicKey.nullable().default(null),
  nns_public_key_file: z.string().startsWith("/").default("/var/lib/ic/data/nns_public_key.pem"),
  /** Whether the replica takes data over HTTP, for tests of durability. */
  data_api: z.boolean().default(false),
});

/** The configuration of a node. */
export type NodeConfig = z.infer<typeof nodeConfig>;

/** Reads ic.json5. */
export function readNodeConfig(file: string): NodeConfig {
  return validated(nodeConfig, parse(file), file, renderHint);
}

function parse(file: string): unknown {
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch (error) {
    throw new Failure(`${file}: the configuration cannot be read: ${(error as Error).message}`, { hint: renderHint });
  }
  try {
    return JSON5.parse(text);
  } catch (error) {
    throw new Failure(`${file}: no JSON5: ${(error as Error).message.replace(/^JSON5: /, "")}`, { hint: renderHint });
  }
}
