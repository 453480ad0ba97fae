/** Seconds since 1970 that stand in every output instead of the current time: SOURCE_DATE_EPOCH, see reproducible-builds.org/specs/source-date-epoch. */
export const sourceDateEpoch: number = Number(process.env["SOURCE_DATE_EPOCH"] ?? 1700000000);

/** Environment of every program an image tool starts: no locale, no time zone, no clock of the machine reaches an output. */
export const hermeticEnvironment: Readonly<Record<string, string>> = {
  LC_ALL: "C",
  TZ: "UTC",
  SOURCE_DATE_EPOCH: String(sourceDateEpoch),
  // e2fsprogs before 1.47.1 know only this name.
  E2FSPROGS_FAKE_TIME: String(sourceDateEpoch),
  MTOOLS_SKIP_CHECK: "1",
};
