import { FarmClient } from "../farm/client/farm-client.ts";
import { farmToken } from "../farm/launch/which-farm.ts";
import { log } from "../lib/log.ts";

/** A client for a testnet's farm; the token comes from the environment. */
export function farmClient(url: string, signal?: AbortSignal): FarmClient {
  return new FarmClient({ url, token: farmToken(), log, signal });
}
