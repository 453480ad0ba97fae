import { ExitCode, Failure } from "../../lib/failure.ts";

/** A guest on a farm was asked for something that the farm's API has no request for. */
export class NotOnFarm extends Failure {
  /** What was asked for, as the caller wrote it: "screenshot()", "the option clock". */
  readonly asked: string;

  constructor(guest: string, asked: string) {
    super(`${guest}: ${asked} is not possible on a farm`, {
      exitCode: ExitCode.host,
      hint: 'run it on this machine: without --config=systest or ICOS_VM_BACKEND=farm; a vm_test that needs this says backends = ["local"]',
    });
    this.name = "NotOnFarm";
    this.asked = asked;
  }
}
