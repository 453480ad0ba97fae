import { expect, test } from "@jest/globals";
import { fillBootArgs } from "./boot-args.ts";

const VERITY = { dataBlocks: 100, hashStartBlock: 101, hashAlgorithm: "sha256" as const, salt: "ab".repeat(32), uuid: "u", rootHash: "cd".repeat(32) };
const line = (slot: string): string => `BOOT_ARGS_${slot}="console=ttyS0 dfinity.system=${slot} root_hash=ROOT_HASH guestos.verity=VERITY panic=3 EXTRA_ARGS"`;
const TEMPLATE = `# a comment with ROOT_HASH\n\n${line("A")}\n${line("B")}\n`;

test("each word is replaced in both slots, comments are dropped", () => {
  expect(fillBootArgs(TEMPLATE, { verity: VERITY, extraArgs: ["quiet", "a=b"] })).toBe(
    ["A", "B"].map((slot) => `BOOT_ARGS_${slot}="console=ttyS0 dfinity.system=${slot} root_hash=${"cd".repeat(32)} guestos.verity=100:101:${"ab".repeat(32)} panic=3 quiet a=b"\n`).join(""),
  );
});

test("no extra arguments leave no space at the end", () => {
  expect(fillBootArgs(TEMPLATE, { verity: VERITY, extraArgs: [] })).toContain('panic=3"\n');
});

test("a template that forgets things: all of it at once", () => {
  expect(() => fillBootArgs('# ROOT_HASH VERITY\nBOOT_ARGS_A="console=ttyS0 $x"', { verity: VERITY, extraArgs: [] })).toThrow(
    [
      "boot_args: 4 problems",
      "  - the template does not use ROOT_HASH: nothing would protect the root file system",
      "  - the template does not use VERITY: nothing would protect the root file system",
      "  - the template does not set BOOT_ARGS_B",
      '  - expected NAME="value" without ", $ or \\ in the value, got `BOOT_ARGS_A="console=ttyS0 $x"`',
    ].join("\n"),
  );
});

test("an argument that GRUB would take apart is refused", () => {
  expect(() => fillBootArgs(TEMPLATE, { verity: VERITY, extraArgs: ['a="b c"'] })).toThrow("without \"");
});

test("a command line that Linux would cut is refused", () => {
  const fixed = fillBootArgs(TEMPLATE, { verity: VERITY, extraArgs: [] }).split("\n")[0]!.length - 'BOOT_ARGS_A=""'.length;
  const fill = (length: number) => (): string => fillBootArgs(TEMPLATE, { verity: VERITY, extraArgs: ["x".repeat(length - fixed - 1)] });
  expect(fill(2047)()).toContain("x");
  expect(fill(2048)).toThrow("BOOT_ARGS_A: 1 characters too long: Linux keeps 2047, got 2048");
});
