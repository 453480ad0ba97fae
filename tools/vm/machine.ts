import { Guest } from "./guest.ts";

/**
 * A virtual machine that a test or a program drives, wherever it runs: on this host (`LocalMachine`) or on a farm (`FarmMachine` of tools/farm/machine).
 * What one of them cannot do it refuses, with an error that names the method.
 */
export abstract class Machine extends Guest {
  /** Starts the guest; comes back when its hardware runs. After `stop` or `cutPower` it starts again from the same disks. */
  abstract start(): Promise<void>;

  /** Presses the power button, waits so many seconds for the guest to go, and takes its power when it does not. */
  abstract stop(seconds?: number): Promise<void>;

  /** Takes the guest's power away: nothing is flushed, nobody is asked. `start` gives it back. */
  abstract cutPower(): Promise<void>;

  /** Ends the guest and gives back all that it has outside of its folder. It does not start again. */
  abstract remove(): Promise<void>;

  /** Types on the console. */
  abstract type(text: string): void;

  /** Pulls or plugs the cable of the guest's card on its network of guests: the guest sees its carrier go and come. */
  abstract setLink(plugged: boolean): Promise<void>;

  /** A picture of the guest's screen, PNG. Needs the option `display`. */
  abstract screenshot(file: string): Promise<void>;

  /** Version of QEMU: "10.0.2". */
  abstract get qemuVersion(): string;

  /** Lets the guest's kernel panic. What happens then is up to the guest (panic=SECONDS restarts it). */
  async crash(seconds = 30): Promise<void> {
    // The answer of this command never comes: the panic is the fact to wait for.
    void this.exec("echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger", { seconds }).catch(() => undefined);
    await this.waitForConsole(/Kernel panic/, seconds);
    await this.shell.disconnect();
  }
}
