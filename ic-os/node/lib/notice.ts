/** What the node says of itself wherever it shows itself: status, dashboards, logs. Nobody may take it for a replica of the Internet Computer. */
export const notice = "Reference node: it serves the interfaces of an Internet Computer node and runs no consensus, no canisters and no cryptography.";
