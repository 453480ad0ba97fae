/** Programs of a release that a GuestOS holds, as upstream's image puts them into /opt/ic/bin. */
export const guestPrograms: readonly string[] = [
  "canister_sandbox",
  "compiler_sandbox",
  "ic-boundary",
  "ic-btc-adapter",
  "ic-consensus-pool-util",
  "ic-crypto-csp",
  "ic-https-outcalls-adapter",
  "ic-recovery",
  "ic-regedit",
  "orchestrator",
  "replica",
  "sandbox_launcher",
  "state-tool",
];
