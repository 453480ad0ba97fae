import { expect, test } from "@jest/globals";
import { loadedFiles } from "./loaded.ts";

test("libraries belong to the program that they were loaded for; a wrapper's shell is left out", () => {
  const trace = `
        10:\tcalling init: /lib/libc.so.6
        10:\ttransferring control: /bin/sh
        10:\tcalling init: /own/libc.so.6
        10:\ttransferring control: tool
        10:\topening file=/host/libx.so [0]; direct_opencount=1
        10:\tcalling init: /host/libx.so
        11:\tcalling init: /own/libz.so
        11:\ttransferring control: child
`;
  expect(loadedFiles(trace)).toEqual(
    new Map([
      ["tool", new Set(["/own/libc.so.6", "/host/libx.so"])],
      ["child", new Set(["/own/libz.so"])],
    ]),
  );
});
