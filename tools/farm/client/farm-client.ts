import { randomUUID } from "node:crypto";
import path from "node:path";
import type { z } from "zod";
import { dnsCreated, dnsRecords, playnetCertificate, type DnsRecord, type PlaynetCertificate } from "../wire/dns.ts";
import { attachDrives, usbStorage } from "../wire/drives.ts";
import { fileClaimed, filesUploaded, uploadedIds, type FileClaimed } from "../wire/file.ts";
import { createGroup, groupCreated, groupList, groupState, type GroupList, type GroupState } from "../wire/group.ts";
import { fileName } from "../wire/names.ts";
import { paths } from "../wire/paths.ts";
import { createVm, vmCreated, vmState, type VmCreated, type VmState } from "../wire/vm.ts";
import { multipartBody, type OnSent } from "./body.ts";
import type { Clock } from "./clock.ts";
import { FarmHttp, jsonCall, jsonOrUndefined, type FarmOptions } from "./farm-http.ts";
import { FarmFailure, isNotFound } from "./failures.ts";
import { fileDigest } from "./file-digest.ts";

/** Limit of the one attempt of DELETE, in milliseconds: the VMs of a group may take 120 s to shut down. */
const deleteTimeout = 130_000;

/** The HTTP API of a farm, a method for each endpoint. Every request is repeated as `profiles` says; every answer is checked. */
export class FarmClient {
  readonly #http: FarmHttp;

  constructor(options: FarmOptions) {
    this.#http = new FarmHttp(options);
  }

  /** Base URL, with a slash at its end. */
  get url(): string {
    return this.#http.url;
  }

  /** The clock that requests are repeated by. */
  get clock(): Clock {
    return this.#http.clock;
  }

  /** The same farm, under another signal: what cleans up must not end with what it cleans up after. */
  withSignal(signal: AbortSignal | undefined): FarmClient {
    return new FarmClient({ ...this.#http.options, signal });
  }

  /** Creates a group. A farm may not say when it expires. */
  async createGroup(group: string, request: z.input<typeof createGroup>): Promise<z.infer<typeof groupCreated>> {
    // Nobody else uses the name, so a group that is there already was made by an attempt whose answer was lost.
    const answer = await this.#http.repeated("std", "POST", paths.group(group), { ...jsonCall(createGroup.parse(request)), doneIfLost: 409 });
    const { expiresAt } = groupCreated.catch({}).parse(jsonOrUndefined(answer.body));
    return expiresAt === undefined ? {} : { expiresAt };
  }

  /** The state of a group; one attempt. */
  async group(group: string): Promise<GroupState> {
    return this.#http.parse(groupState, "GET", paths.group(group), await this.#http.once("GET", paths.group(group)));
  }

  /** All groups; one attempt. Fails as not found on a farm that does not list them. */
  async groups(): Promise<GroupList["groups"]> {
    return this.#http.parse(groupList, "GET", paths.groups(), await this.#http.once("GET", paths.groups())).groups;
  }

  /** Lets a group live for so many seconds from now on. */
  async setTtl(group: string, seconds: number): Promise<void> {
    await this.#http.repeated("std", "PUT", paths.ttl(group, seconds));
  }

  /**
   * Deletes a group and all that hangs on it. First its time is set to two minutes, so that the farm's own collector does not compete; then one
   * attempt. A group that is gone is fine.
   */
  async deleteGroup(group: string): Promise<void> {
    try {
      await this.setTtl(group, 120);
    } catch (error) {
      if (isNotFound(error)) return;
      if (!(error instanceof FarmFailure)) throw error;
      this.#http.options.log(`warning: ${error.message}`);
    }
    await this.#http.once("DELETE", paths.group(group), deleteTimeout).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }

  /** Creates a VM; its address is known at once, it starts with `startVm`. */
  async createVm(group: string, vm: string, request: z.input<typeof createVm>): Promise<VmCreated> {
    return this.#http.parse(vmCreated, "POST", paths.vm(group, vm), await this.#http.repeated("long", "POST", paths.vm(group, vm), jsonCall(createVm.parse(request))));
  }

  /** The state of a VM; one attempt. Fails as not found on a farm that does not tell. */
  async vm(group: string, vm: string): Promise<VmState> {
    return this.#http.parse(vmState, "GET", paths.vm(group, vm), await this.#http.once("GET", paths.vm(group, vm)));
  }

  /** Attaches drives as removable USB disks. */
  async attachUsbDrives(group: string, vm: string, drives: z.input<typeof attachDrives>["drives"]): Promise<void> {
    await this.#http.repeated("long", "PUT", paths.driveTemplate(group, vm, usbStorage), jsonCall(attachDrives.parse({ drives })));
  }

  /** Starts a VM. */
  async startVm(group: string, vm: string): Promise<void> {
    await this.#http.repeated("std", "PUT", paths.start(group, vm));
  }

  /** Restarts a VM, as its reset button would. */
  async rebootVm(group: string, vm: string): Promise<void> {
    await this.#http.repeated("std", "PUT", paths.reboot(group, vm));
  }

  /** Takes a VM its power. */
  async destroyVm(group: string, vm: string): Promise<void> {
    await this.#http.repeated("std", "PUT", paths.destroy(group, vm));
  }

  /** Where a browser shows the VM's serial console. */
  consoleUrl(group: string, vm: string): string {
    return this.url + paths.console(group, vm);
  }

  /** What a VM wrote on its serial console, from a byte on; one attempt. Fails as not found on a farm that does not keep it. */
  async consoleLog(group: string, vm: string, from = 0): Promise<Buffer> {
    return (await this.#http.once("GET", `${paths.consoleLog(group, vm)}?from=${from}`)).body;
  }

  /** Lets a group hold on to a file that the farm has already; undefined when it has not. */
  async claimFile(group: string, sha256: string): Promise<FileClaimed | undefined> {
    try {
      return this.#http.parse(fileClaimed, "PUT", paths.file(group, sha256), await this.#http.repeated("std", "PUT", paths.file(group, sha256)));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Gives a farm a file unless it has it. The id is the SHA-256 of its content. */
  async uploadFile(group: string, file: string, options: { name?: string; onSent?: OnSent } = {}): Promise<{ id: string; sent: boolean }> {
    const name = fileName.parse(options.name ?? path.basename(file));
    const id = await fileDigest(file, this.#http.options.signal);
    if ((await this.claimFile(group, id)) !== undefined) return { id, sent: false };
    const boundary = `icos-${randomUUID()}`;
    const body = multipartBody(name, file, boundary, options.onSent);
    const what = paths.files(group);
    const answer = await this.#http.repeated("long", "POST", what, { body, contentType: `multipart/form-data; boundary=${boundary}` });
    const ids = uploadedIds(this.#http.parse(filesUploaded, "POST", what, answer));
    const [[answered, got] = [], ...more] = Object.entries(ids);
    if (answered === name && got === id && more.length === 0) return { id, sent: true };
    throw new FarmFailure("invalidAnswer", `POST ${this.url}${what}: expected the id ${id} for ${name} and no other, got ${JSON.stringify(ids)}`);
  }

  /** Publishes DNS records; gives the suffix of their names. */
  async createDns(group: string, records: readonly DnsRecord[]): Promise<string> {
    return this.#dns(paths.dns(group), records);
  }

  /** Publishes DNS records in the group's playnet; gives the suffix of their names. */
  async createPlaynetDns(group: string, records: readonly DnsRecord[]): Promise<string> {
    return this.#dns(paths.playnetDns(group), records);
  }

  async #dns(what: string, records: readonly DnsRecord[]): Promise<string> {
    return this.#http.parse(dnsCreated, "POST", what, await this.#http.repeated("long", "POST", what, jsonCall(dnsRecords.parse(records)))).suffix;
  }

  /** Acquires a playnet for the group and gives its certificate. */
  async playnetCertificate(group: string): Promise<PlaynetCertificate> {
    const what = paths.playnetCertificate(group);
    return this.#http.parse(playnetCertificate, "POST", what, await this.#http.repeated("long", "POST", what));
  }
}
