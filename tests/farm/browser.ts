import { spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { runfile } from "../../tools/lib/runfiles.ts";
import { waitFor } from "../../tools/vm/wait-for.ts";

/** A real Chromium without a screen, of pinned packages, driven over its own protocol: https://chromedevtools.github.io/devtools-protocol/ */
export class Browser {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, (answer: Message) => void>();
  #nextId = 1;
  /** Events of pages by name, such as Log.entryAdded. */
  readonly events: Message[] = [];

  constructor() {
    // The program finds its files beside itself and starts itself again: it wants to be where its packages put it.
    const program = fs.realpathSync(path.join(path.dirname(runfile(process.env["CHROMIUM"]!)), "../usr/lib/chromium/chromium-headless-shell"));
    const packages = path.resolve(path.dirname(program), "../../..");
    const place = ["--unshare-user", "--ro-bind", `${packages}/usr`, "/usr", "--ro-bind", `${packages}/etc`, "/etc", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"];
    const own = ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--clearenv", "--setenv", "HOME", "/tmp", "--die-with-parent", "--"];
    // Its sandbox wants rights that a test has not, and it only sees pages of ours.
    const flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe"];
    const command = [...place, ...own, "/usr/lib/chromium/chromium-headless-shell", ...flags];
    this.#child = spawn(runfile(process.env["BWRAP"]!), command, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    let unread = "";
    (this.#child.stdio[4] as Readable).on("data", (data) => {
      const messages = (unread + String(data)).split("\0");
      unread = messages.pop()!;
      for (const message of messages) this.#receive(JSON.parse(message) as Message);
    });
    (this.#child.stdio[3] as Writable).on("error", () => undefined);
  }

  /** Opens a page. */
  async open(url: string): Promise<Page> {
    const { targetId } = await this.command("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.command("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, String(sessionId));
    await page.command("Log.enable");
    await page.command("Runtime.enable");
    await page.command("Page.navigate", { url });
    return page;
  }

  async command(method: string, params: object = {}, sessionId?: string): Promise<Record<string, any>> {
    const id = this.#nextId++;
    const answer = new Promise<Message>((resolve) => this.#pending.set(id, resolve));
    (this.#child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result ?? {};
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.kill("SIGKILL");
    await gone;
  }

  #receive(message: Message): void {
    if (message.id === undefined) this.events.push(message);
    else this.#pending.get(message.id)?.(message);
  }
}

interface Message {
  id?: number;
  method?: string;
  params?: any;
  result?: Record<string, any>;
  error?: unknown;
}

/** A page of the browser. */
export class Page {
  readonly #browser: Browser;
  readonly #session: string;

  constructor(browser: Browser, session: string) {
    this.#browser = browser;
    this.#session = session;
  }

  command(method: string, params: object = {}): Promise<Record<string, any>> {
    return this.#browser.command(method, params, this.#session);
  }

  /** The value of an expression in the page. */
  async evaluate(expression: string): Promise<any> {
    const { result, exceptionDetails } = await this.command("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  }

  /** What a reader sees. */
  async text(): Promise<string> {
    // The terminal shows blanks that do not break lines.
    return String(await this.evaluate("document.body?.innerText ?? ''")).replaceAll("\u00a0", " ");
  }

  /** Waits until a reader sees this. */
  async waitForText(pattern: RegExp, seconds = 30): Promise<string> {
    let seen = "";
    return waitFor(`the page shows ${String(pattern)}`, async () => (pattern.test((seen = await this.text())) ? seen : undefined), { seconds, lastSeen: () => seen });
  }

  /** Types on the keyboard. */
  async type(text: string): Promise<void> {
    for (const character of text) {
      const enter = character === "\n" ? { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" } : { key: character, text: character };
      await this.command("Input.dispatchKeyEvent", { type: "keyDown", ...enter });
      await this.command("Input.dispatchKeyEvent", { type: "keyUp", ...enter });
    }
  }

  /** What the browser complained about: scripts that failed, files that were refused. */
  complaints(): string[] {
    const complaint = (event: Message): string | undefined => {
      if (event.method === "Runtime.exceptionThrown") return JSON.stringify(event.params.exceptionDetails);
      return event.method === "Log.entryAdded" && event.params.entry.level === "error" ? `${event.params.entry.text} ${event.params.entry.url ?? ""}` : undefined;
    };
    return this.#browser.events.map(complaint).filter((text) => text !== undefined);
  }
}
