import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ExitCode } from "../../lib/failure.ts";
import { ArtifactStore } from "./artifact-store.ts";
import { answer, cut, cutInBody, ScriptedServer, type Step } from "./testing/scripted-server.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

const content = "x".repeat(2_000_000);
const sum = createHash("sha256").update(content).digest("hex");
let folder = "";
let file = "";
let server: ScriptedServer;
let lines: string[];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "artifact-store-"));
  file = path.join(folder, "disk-img.tar.zst");
  fs.writeFileSync(file, content);
});
afterEach(async () => {
  fs.rmSync(folder, { recursive: true });
  await server.close();
});

async function store(...steps: Step[]): Promise<ArtifactStore> {
  server = await ScriptedServer.start(...steps);
  lines = [];
  return new ArtifactStore({ url: `${server.url}cas`, clock: new VirtualClock(), log: (line) => void lines.push(line) });
}

const here = answer(200, "", { "content-length": content.length });

test("asks, sends, looks again, gives the URL", async () => {
  const artifacts = await store(answer(404), answer(201), answer(404), answer(404), here);
  expect(await artifacts.put(file, sum)).toEqual({ url: `${server.url}cas/${sum}`, sent: true });
  expect(server.seen.map(({ method, path: asked, sha256 }) => [method, asked, method === "PUT" ? sha256 : ""])).toEqual([
    ["HEAD", `/cas/${sum}`, ""],
    ["PUT", `/cas/${sum}`, sum],
    ...Array(3).fill(["HEAD", `/cas/${sum}`, ""]),
  ]);
});

test("what is there is not sent; the farm's URL may be another", async () => {
  await store(here);
  const artifacts = new ArtifactStore({ url: `${server.url}cas/`, downloadUrl: "https://artifacts.example.org/cas", log: () => undefined });
  expect(await artifacts.put(file, sum)).toEqual({ url: `https://artifacts.example.org/cas/${sum}`, sent: false });
  expect(server.asked).toEqual([`HEAD /cas/${sum}`]);
});

test("half an artifact is sent again", async () => {
  const artifacts = await store(answer(200, "", { "content-length": 5 }), answer(204), here);
  expect(await artifacts.put(file, sum)).toMatchObject({ sent: true });
  expect(lines).toEqual([expect.stringContaining("the store has 5 bytes of 2000000: sending it again")]);
});

test("three more attempts when sending fails for a time", async () => {
  const artifacts = await store(answer(404), cutInBody, answer(503), cut, answer(201), here);
  expect(await artifacts.put(file, sum)).toMatchObject({ sent: true });
  expect(lines.map((line) => /again in .*/.exec(line)?.[0])).toEqual(["again in 1 s", "again in 2 s", "again in 4 s"]);
});

test("a fifth attempt is not made", async () => {
  const artifacts = await store(answer(404), answer(502, "bad gateway"));
  await expect(artifacts.put(file, sum)).rejects.toMatchObject({ status: 502, exitCode: ExitCode.refused });
  expect(server.asked.filter((asked) => asked.startsWith("PUT")).length).toBe(4);
});

test("no is no: for sending, and for asking", async () => {
  let artifacts = await store(answer(404), answer(403, "read only"));
  await expect(artifacts.put(file, sum)).rejects.toThrow("status 403: read only");
  expect(server.seen.length).toBe(2);
  await server.close();
  artifacts = await store(answer(500));
  await expect(artifacts.put(file, sum)).rejects.toThrow(`HEAD ${server.url}cas/${sum}: status 500`);
  expect(server.seen.length).toBe(1);
});

test("taken but never served: exit code 6", async () => {
  const artifacts = await store(answer(404), answer(200), answer(404));
  await expect(artifacts.put(file, sum)).rejects.toMatchObject({ exitCode: ExitCode.timeout, message: expect.stringContaining("was sent, but is not served after 10 s") });
  expect(server.seen.length).toBe(12);
});
