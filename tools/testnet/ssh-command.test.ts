import { expect, test } from "@jest/globals";
import { keepRemoteCommand } from "./ssh-command.ts";

test.each([
  ["ssh --target t app-1 ls -l", "ssh --target t app-1 -- ls -l"],
  ["ssh --target t --user admin app-1 ls --user", "ssh --target t --user admin app-1 -- ls --user"],
  ["ssh --target=t app-1", "ssh --target=t app-1 --"],
  ["logs --target t app-1 --follow", "logs --target t app-1 --follow"],
])("%s", (words, kept) => {
  expect(keepRemoteCommand(words.split(" ")).join(" ")).toBe(kept);
});
