import http2, { type ClientHttp2Session, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { listening, portOf } from "./listening.ts";
import { Traffic } from "./traffic.ts";

const CAPABILITIES = "/build.bazel.remote.execution.v2.Capabilities/GetCapabilities";

// ServerCapabilities.low_api_version (4) with SemVer.minor (2) = 0: build/bazel/remote/execution/v2/remote_execution.proto. Of a field that
// comes twice, protobuf merges the two.
const SPEAKS_2_0 = Buffer.from([0x22, 0x02, 0x10, 0x00]);

// gRPC over HTTP/2, "Length-Prefixed-Message": a flag for compression, four bytes of length.
const PREFIX_BYTES = 5;

/** A gRPC proxy to a buildbox-casd on a Unix socket. */
export interface ReapiProxy {
  port: number;
  traffic: Traffic;
  /** How often each method was called, by its last two names: `ActionCache/GetActionResult`. */
  calls: Map<string, number>;
  /** Ends all connections and accepts no new one: the server is gone. */
  stop(): void;
}

/**
 * Starts the proxy on a free port of the loopback interface.
 *
 * Bazel 7 says that it speaks version 2.0 of the protocol, casd that it speaks 2.1 and later, and Bazel gives up, although its requests carry
 * the fields of 2.1 too. Everything passes as it is, only the answer about capabilities says 2.0.
 */
export async function startReapiProxy(socketPath: string): Promise<ReapiProxy> {
  const traffic = new Traffic();
  const calls = new Map<string, number>();
  const window = { settings: { initialWindowSize: 4 << 20, maxConcurrentStreams: 500 } };
  const upstream = http2.connect("http://casd", { ...window, path: socketPath } as http2.ClientSessionOptions & { path: string });
  upstream.on("error", () => undefined);
  const server = http2.createServer(window);
  server.on("connection", (socket) => traffic.add(socket));
  server.on("session", (session) => session.on("error", () => undefined));
  server.on("stream", (stream, headers) => {
    const method = String(headers[":path"]).split(/[./]/).slice(-2).join("/");
    calls.set(method, (calls.get(method) ?? 0) + 1);
    forward(upstream, stream, headers);
  });
  await listening(server);
  return {
    port: portOf(server),
    traffic,
    calls,
    stop: () => {
      server.close();
      traffic.cut();
      upstream.destroy();
    },
  };
}

function forward(upstream: ClientHttp2Session, down: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  const { host: _host, connection: _connection, ...kept } = headers;
  const request = upstream.request(kept);
  request.on("error", () => down.close(http2.constants.NGHTTP2_CANCEL));
  down.on("error", () => request.close(http2.constants.NGHTTP2_CANCEL));
  down.on("aborted", () => request.close(http2.constants.NGHTTP2_CANCEL));
  down.pipe(request);
  let trailers: IncomingHttpHeaders = {};
  request.on("trailers", (received) => (trailers = received));
  request.on("response", (response, flags) => {
    if ((flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0) {
      down.respond(response, { endStream: true });
      return;
    }
    down.respond(response, { waitForTrailers: true });
    down.on("wantTrailers", () => down.sendTrailers(trailers));
    if (headers[":path"] === CAPABILITIES) void withOldVersion(request).then((body) => down.end(body));
    else request.pipe(down);
  });
}

async function withOldVersion(answer: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece);
  const message = Buffer.concat([...pieces, SPEAKS_2_0]);
  message.writeUInt32BE(message.length - PREFIX_BYTES, 1);
  return message;
}
