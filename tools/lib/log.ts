/** Prints one plain line on stderr; stdout is for results. */
export function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Shows a step of long work: rewritten in place on a terminal, a plain line elsewhere. */
export function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${line}`);
  else log(line);
}

/** Ends a series of `progress` lines on a terminal. */
export function progressDone(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[2K");
}
