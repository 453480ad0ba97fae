/**
 * The list, begun at another place by each node, so that not all nodes of a subnet ask the same server first. The place is the exclusive or of
 * the bytes of the node's id, as upstream's orchestrator does it.
 */
export function rotated<T>(list: readonly T[], nodeId: string): T[] {
  const place = Buffer.from(nodeId).reduce((sum, byte) => sum ^ byte, 0) % Math.max(1, list.length);
  return [...list.slice(place), ...list.slice(0, place)];
}
