import { decode, encode } from "cborg";

/** One change of the state. */
export type Operation = readonly ["height", number] | readonly ["put", string, Uint8Array] | readonly ["delete", string];

/** What the replica keeps. */
export interface State {
  /** Latest certified height. */
  height: number;
  data: Map<string, Uint8Array>;
  /** Bytes of all keys and values in `data`. */
  dataBytes: number;
}

/** The state before the first operation. */
export function emptyState(): State {
  return { height: 0, data: new Map(), dataBytes: 0 };
}

/** Applies one operation. */
export function apply(state: State, operation: Operation): void {
  if (operation[0] === "height") {
    state.height = Math.max(state.height, operation[1]);
    return;
  }
  const [kind, key] = operation;
  const old = state.data.get(key);
  if (old !== undefined) state.dataBytes -= key.length + old.length;
  state.data.delete(key);
  if (kind === "put") {
    state.data.set(key, operation[2]);
    state.dataBytes += key.length + operation[2].length;
  }
}

/** The operations that make a state out of an empty one. */
export function snapshot(state: State): Operation[] {
  return [["height", state.height], ...[...state.data].map(([key, value]) => ["put", key, value] as const)];
}

/** The payload of one record: operations that are applied together or not at all. */
export function encodeOperations(operations: readonly Operation[]): Uint8Array {
  return encode(operations);
}

/** The inverse of `encodeOperations`. */
export function decodeOperations(payload: Uint8Array): Operation[] {
  return (decode(payload) as Operation[]).map((operation) => {
    // A copy: what was read would keep the whole log in memory.
    return operation[0] === "put" ? (["put", operation[1], Uint8Array.from(operation[2])] as const) : operation;
  });
}
