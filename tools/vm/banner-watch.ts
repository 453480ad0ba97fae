import { readBanner } from "./ssh.ts";

/** How long one connection may take to say something, in milliseconds. */
const patience = 15_000;
/** Time between the starts of two connections, in milliseconds. */
const spacing = 1000;
/** Connections that wait at once. sshd refuses logins at random from 10 connections without one (MaxStartups of sshd_config(5)). */
const most = 8;

/**
 * Finds out when a guest's SSH server speaks. A connection made before the guest's network is up gets stuck in QEMU's slow retries, and a busy
 * guest needs seconds for its first word: so new connections are made while older ones still wait, and the first word on any of them counts.
 */
export class BannerWatch {
  readonly #port: number;
  readonly #host: string | undefined;
  #spoken = false;
  #lastStart = Number.NEGATIVE_INFINITY;
  #waiting: AbortController[] = [];

  /** `host` is 127.0.0.1 unless it is given. */
  constructor(port: number, host?: string) {
    this.#port = port;
    this.#host = host;
  }

  /** True once the server has spoken. Starts another connection when it is time for one; never waits. */
  hasSpoken(): boolean {
    if (!this.#spoken && performance.now() - this.#lastStart >= spacing) {
      this.#lastStart = performance.now();
      if (this.#waiting.length >= most) this.#waiting.shift()?.abort();
      const connection = new AbortController();
      this.#waiting.push(connection);
      void readBanner(this.#port, patience, connection.signal, this.#host).then((banner) => {
        this.#waiting = this.#waiting.filter((other) => other !== connection);
        if (banner?.startsWith("SSH-") !== true) return;
        this.#spoken = true;
        this.close();
      });
    }
    return this.#spoken;
  }

  /** Gives up the connections that still wait. */
  close(): void {
    for (const connection of this.#waiting) connection.abort();
    this.#waiting = [];
  }
}
