import dgram from "node:dgram";

/** A time server on this machine that knows one time. */
export interface TimeServer {
  port: number;
  close(): void;
}

/** Seconds between the epochs of NTP (1900) and Unix (1970): RFC 5905, section 6. */
const epochOffset = 2_208_988_800;

/** Serves this machine's time by NTP, on 127.0.0.1. */
export async function startTimeServer(): Promise<TimeServer> {
  const socket = dgram.createSocket("udp4");
  socket.on("message", (request, from) => {
    const answer = Buffer.alloc(48);
    // No leap second, version 4, mode 4 (server); stratum 2; precision 2^-20 s. RFC 5905, section 7.3.
    answer.set([0x24, 2, request[2] ?? 6, 0xec]);
    answer.write("TEST", 12, "latin1");
    writeTime(answer, 16);
    request.copy(answer, 24, 40, 48);
    writeTime(answer, 32);
    writeTime(answer, 40);
    socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return { port: socket.address().port, close: () => void socket.close() };
}

function writeTime(packet: Buffer, at: number): void {
  const now = Date.now() / 1000 + epochOffset;
  packet.writeUInt32BE(Math.floor(now), at);
  packet.writeUInt32BE(Math.floor((now % 1) * 2 ** 32), at + 4);
}
