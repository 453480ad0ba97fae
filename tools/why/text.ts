import type { Explanation, Reason } from "./reasons.ts";

/** What became of a stage in the last build. */
export type Outcome = "ran" | "from a cache" | "built before this command";

/** Lines for people: each stage, what became of it, and its reasons. */
export function explanationText(explanations: readonly Explanation[], outcome: (explanation: Explanation) => Outcome): string {
  return explanations.flatMap((explanation) => [`${explanation.mnemonic} ${explanation.label} (${outcome(explanation)})`, ...explanation.reasons.map((reason) => `  ${reasonText(reason)}`)]).join("\n");
}

/** One reason as a sentence. */
export function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case "package":
      if (reason.from === undefined) return `package ${reason.name} ${reason.to} added`;
      if (reason.to === undefined) return `package ${reason.name} ${reason.from} removed`;
      return reason.from === reason.to ? `package ${reason.name} ${reason.to}: other bytes` : `package ${reason.name}: ${reason.from} -> ${reason.to}`;
    case "file":
      return reason.inImage === undefined ? `file ${reason.path} ${reason.change}` : `${reason.inImage} in the image: ${reason.path} ${reason.change}`;
    case "setting":
      if (reason.from === undefined && reason.to === undefined) return reason.name;
      return `${reason.name}: ${reason.from ?? "nothing"} -> ${reason.to ?? "nothing"}`;
    case "tool":
      return `tool ${reason.name}${reason.because.length === 0 ? "" : `: ${reason.because.join(", ")}`}`;
    case "stage":
      return `follows from ${reason.mnemonic} ${reason.label}`;
  }
}
