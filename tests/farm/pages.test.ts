import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { waitFor } from "../../tools/vm/wait-for.ts";
import { Browser } from "./browser.ts";
import { FarmUnderTest } from "./farm-under-test.ts";

let browser: Browser;
let farm: FarmUnderTest;
beforeEach(() => void (browser = new Browser()));
afterEach(async () => {
  await browser.close();
  await farm.cleanUp();
});

const console = "group/g/vm/v/console/";
const token = "0123456789abcdef-secret";

async function startWithVm(): Promise<void> {
  farm = await new FarmUnderTest().start();
  await farm.vm("g", "v", randomBytes(1000));
}

test("the serial console in a browser: what came before, what comes, and what is typed", async () => {
  await startWithVm();
  const early = await browser.open(`${farm.url}/${console}`);
  await early.waitForText(/^connected/);
  await farm.must("PUT", "group/g/vm/v/start");
  await early.waitForText(/stand-in: started/);
  const late = await browser.open(`${farm.url}/${console}`);
  await late.waitForText(/stand-in: started/);

  await late.evaluate("document.querySelector('.xterm-helper-textarea').focus()");
  await late.type("ls\n");
  for (const page of [early, late]) await page.waitForText(/typed "l"[^]*typed "s"[^]*typed "\\r"/);
  expect(early.complaints()).toEqual([]);
});

test("the page goes on after a restart of the server, repeats nothing, and says when the VM is gone", async () => {
  await startWithVm();
  await farm.must("PUT", "group/g/vm/v/start");
  const page = await browser.open(`${farm.url}/${console}`);
  await page.waitForText(/stand-in: started/);
  await farm.end("SIGKILL");
  await page.waitForText(/no connection to the farm: trying again/);
  await farm.start();
  await page.waitForText(/^connected/);
  await farm.must("PUT", "group/g/vm/v/reboot");
  const text = await page.waitForText(/stand-in: reset/);
  expect(text.match(/stand-in: started/g)).toHaveLength(1);
  await farm.must("DELETE", "group/g");
  await page.waitForText(/the VM is gone/);
});

test("the description of the API in a browser", async () => {
  farm = await new FarmUnderTest().start();
  const page = await browser.open(`${farm.url}/swagger-ui`);
  await page.waitForText(/Make a group; the same request again finds it/);
  await page.waitForText(/POST\s+\/group\/\{group\}\/vm\/\{vm\}/);
  expect(page.complaints()).toEqual([]);
});

test("a browser gives its token once, and sees nothing without", async () => {
  const tokens = path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "tokens");
  fs.writeFileSync(tokens, `# of the team\n${token}\n`);
  farm = await new FarmUnderTest(["--token-file", tokens]).start();
  expect((await farm.ask("GET", "group")).body.message).toBe("this farm wants a token");
  expect((await farm.ask("GET", "group", undefined, { authorization: "Bearer 0123456789abcdef-secreT" })).body.message).toBe("the token is not one of this farm's");
  expect((await farm.ask("GET", "group", undefined, { authorization: `Bearer ${token}` })).status).toBe(200);
  const page = await browser.open(`${farm.url}/swagger-ui`);
  await page.waitForText(/Token/);
  expect(await page.text()).not.toMatch(/Make a group/);
  await page.evaluate(`document.querySelector("[name=token]").value = ${JSON.stringify(token)}; document.forms[0].submit()`);
  await page.waitForText(/Make a group/);
  expect(await page.evaluate("document.cookie")).toBe("");
});

test("a console's socket is refused to pages of other sites, and to who has no token", async () => {
  await startWithVm();
  const foreign = await browser.open("data:text/html,<p id=status>waiting</p>");
  await foreign.waitForText(/waiting/);
  const url = `${farm.url.replace("http", "ws")}/${console}socket`;
  await foreign.evaluate(`{ const s = new WebSocket(${JSON.stringify(url)}); s.onopen = () => { document.querySelector("#status").textContent = "open"; }; s.onclose = () => { document.querySelector("#status").textContent = "refused"; }; undefined }`);
  await foreign.waitForText(/refused|open/);
  expect(await foreign.text()).toBe("refused");
  await waitFor("the server is well", async () => ((await farm.ask("GET", "group")).status === 200 ? true : undefined), { seconds: 10 });
});
