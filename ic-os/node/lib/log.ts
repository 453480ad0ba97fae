/** Details of a log line. */
export type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes structured lines, one JSON object each. The journal adds the time. */
export interface Log {
  info(message: string, fields?: Fields): void;
  warning(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

// Priorities of syslog(3). systemd takes them from the front of a line: sd-daemon(3).
const priorities = { error: 3, warning: 4, info: 6 } as const;

/** A log whose lines name the program they come from. */
export function createLog(service: string, write: (line: string) => void = (line) => process.stderr.write(line)): Log {
  const prefixed = process.env["JOURNAL_STREAM"] !== undefined;
  const line = (level: keyof typeof priorities) => (message: string, fields: Fields = {}) => {
    write(`${prefixed ? `<${priorities[level]}>` : ""}${JSON.stringify({ service, level, message, ...fields })}\n`);
  };
  return { info: line("info"), warning: line("warning"), error: line("error") };
}
