import fs from "node:fs";
import net from "node:net";

// A stand-in for QEMU: it takes QEMU's command line, answers its machine protocol, listens on the forwarded ports and writes to the console,
// and runs no guest. A thousand of them start in the time that one guest boots.

const args = process.argv.slice(2);

/** The value after a flag, as QEMU's key=value list. */
function option(flag: string, having: string): Map<string, string> {
  const values = args.flatMap((arg, index) => (arg === flag ? [args[index + 1] ?? ""] : []));
  const value = values.find((one) => one.includes(having)) ?? "";
  return new Map(value.split(",").map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}

const qmpSocket = /^unix:([^,]*)/.exec(args[args.indexOf("-qmp") + 1] ?? "")![1]!;
const console = option("-chardev", "id=console");
const log = console.get("logfile")!;
const forwards = args.flatMap((arg) => [...arg.matchAll(/hostfwd=tcp:([\d.]+):(\d+)-:(\d+)/g)]);

function write(text: string): void {
  fs.appendFileSync(log, text);
}

for (const file of args.flatMap((arg) => [...arg.matchAll(/(?:^|,)file=([^,]+)/g)]).map((match) => match[1]!)) {
  if (fs.existsSync(file)) continue;
  process.stderr.write(`stand-in: ${file}: no such file\n`);
  process.exit(1);
}

for (const [, host, port] of forwards) {
  const server = net.createServer((socket) => socket.on("error", () => undefined).end(`stand-in ${process.pid}\n`));
  server.on("error", () => {
    process.stderr.write("stand-in: Could not set up host forwarding rule\n");
    process.exit(1);
  });
  server.listen(Number(port), host);
}

net
  .createServer((socket) => {
    socket.on("error", () => undefined);
    // A character each: how many arrive together is chance.
    socket.on("data", (data) => [...data.toString()].forEach((character) => write(`typed ${JSON.stringify(character)}\r\n`)));
  })
  .listen(console.get("path")!);

net
  .createServer((socket) => {
    const send = (message: object): void => void socket.write(`${JSON.stringify(message)}\r\n`);
    socket.on("error", () => undefined);
    send({ QMP: { version: { qemu: { major: 0, minor: 0, micro: 0 }, package: "stand-in" }, capabilities: [] } });
    let unread = "";
    socket.on("data", (data) => {
      const lines = (unread + data.toString()).split("\n");
      unread = lines.pop()!;
      for (const line of lines) {
        const { execute, id } = JSON.parse(line) as { execute: string; id: number };
        if (execute === "system_reset") write("stand-in: reset\r\n");
        send({ return: execute === "query-status" ? { status: "running" } : {}, id });
        if (execute === "quit" || execute === "system_powerdown") process.exit(0);
      }
    });
  })
  .listen(qmpSocket, () => write(`${args.join(" ")}\r\nstand-in: started\r\n`));
