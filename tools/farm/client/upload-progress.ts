import { progress, progressDone } from "../../lib/log.ts";
import type { OnSent } from "./body.ts";

/** Shows how far an upload is: at most twice a second on a terminal, each quarter elsewhere. */
export function uploadProgress(name: string, bytes: number): { onSent: OnSent; done(): void } {
  const step = process.stderr.isTTY ? undefined : 0.25;
  let shown = -1;
  let lastTime = Number.NEGATIVE_INFINITY;
  const onSent = (sent: number): void => {
    const share = bytes === 0 ? 1 : sent / bytes;
    const due = step === undefined ? performance.now() - lastTime >= 500 || share === 1 : Math.floor(share / step) > shown;
    if (!due) return;
    lastTime = performance.now();
    shown = step === undefined ? share : Math.floor(share / step);
    progress(`${name}: ${mebibytes(sent)} of ${mebibytes(bytes)} MiB (${Math.floor(share * 100)} %)`);
  };
  return { onSent, done: progressDone };
}

/** What an upload took, in one line. */
export function uploadSummary(name: string, bytes: number, milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return `${name}: ${mebibytes(bytes)} MiB sent in ${seconds.toFixed(1)} s (${mebibytes(bytes / Math.max(seconds, 0.001))} MiB/s)`;
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
