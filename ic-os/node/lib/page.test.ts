import { expect, test } from "@jest/globals";
import { notice } from "./notice.ts";
import { page } from "./page.ts";

test("a page says what the node is not, and escapes all text", async () => {
  const text = String(await page("Title", { Table: [["key", "<script>alert(1)</script>"], ["none", undefined]] }));
  expect(text).toContain(notice);
  expect(text).toContain("&lt;script&gt;");
  expect(text).not.toContain("<script>");
  expect(text).toContain("<td>–");
});
