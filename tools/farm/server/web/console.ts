/// <reference lib="dom" />
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import "./console.css";

// The page of a VM's serial console: everything it wrote, and what it writes from now on; what is typed goes to the VM.

const status = document.querySelector<HTMLElement>("#status")!;
const terminal = new Terminal({ scrollback: 100_000, convertEol: false });
const fit = new FitAddon();
let socket: WebSocket | undefined;
/** Bytes of the log that are shown: after a break the page goes on there. */
let shown = 0;

terminal.loadAddon(fit);
terminal.open(document.querySelector<HTMLElement>("#main")!);
fit.fit();
terminal.focus();
addEventListener("resize", () => fit.fit());
terminal.onData((text) => {
  if (socket?.readyState === WebSocket.OPEN) socket.send(text);
});
connect();

function connect(): void {
  const url = new URL("socket", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("from", String(shown));
  socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => say("connected"));
  socket.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer>) => {
    shown += data.byteLength;
    terminal.write(new Uint8Array(data));
  });
  socket.addEventListener("close", ({ code }) => {
    if (code === 4404) return say("the VM is gone");
    say("no connection to the farm: trying again");
    setTimeout(connect, 1000);
  });
}

function say(text: string): void {
  status.textContent = text;
}
