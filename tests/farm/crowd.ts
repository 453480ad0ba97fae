import { randomBytes } from "node:crypto";
import { vmRequest, type FarmUnderTest } from "./farm-under-test.ts";

/** Each of so many clients takes a group through its life at the same time; gives the milliseconds of every request. */
export async function crowd(farm: FarmUnderTest, clients: number, startVms: boolean): Promise<number[]> {
  const times: number[] = [];
  const timed = async <T>(request: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await request();
    times.push(performance.now() - start);
    return result;
  };
  await Promise.all(
    Array.from({ length: clients }, async (_, index) => {
      const group = `crowd-${index}`;
      await timed(() => farm.must("POST", `group/${group}`, { ttl: 600, spec: {} }));
      const { body } = await timed(() => farm.upload(group, "disk.img", randomBytes(20_000)));
      const vm = await timed(() => farm.must("POST", `group/${group}/vm/v`, vmRequest({ _tag: "imageViaId", id: body.imageIds["disk.img"] })));
      await timed(() => farm.must("PUT", `group/${group}/vm/v/drive-templates/usb-storage`, { drives: [{ _tag: "imageViaId", id: body.imageIds["disk.img"] }] }));
      if (startVms) await timed(() => farm.must("PUT", `group/${group}/vm/v/start`));
      const seen = await timed(() => farm.must("GET", `group/${group}/vm/v`));
      if (seen.ipv6 !== vm.ipv6 || seen.state !== (startVms ? "running" : "created")) throw new Error(`${group}: ${JSON.stringify(seen)}`);
      await timed(() => farm.must("DELETE", `group/${group}`));
    }),
  );
  return times;
}
