import { isDeepStrictEqual } from "node:util";
import type { CreateGroup } from "../wire/group.ts";
import type { Database } from "./database.ts";
import type { FarmOptions } from "./options.ts";
import { Refused } from "./refused.ts";

/** A group as it stands in the database. */
export interface GroupRow {
  name: string;
  created_at: number;
  expires_at: number;
  request: string;
  deleting: number;
}

/** The groups: who is there and until when. */
export class Groups {
  readonly #db: Database;
  readonly #options: FarmOptions;

  constructor(db: Database, options: FarmOptions) {
    this.#db = db;
    this.#options = options;
  }

  /** Makes a group; the same request again finds it as it is. */
  create(name: string, request: CreateGroup): GroupRow {
    const { requiredHostFeatures } = request.spec;
    assertHostFeatures(requiredHostFeatures, this.#options);
    const ttl = this.#checkedTtl(request.ttl ?? this.#options.defaultTtl);
    return this.#db.atomically(() => {
      const present = this.#row(name);
      if (present !== undefined) {
        if (present.deleting === 1 || present.expires_at <= Date.now()) throw new Refused(409, `group ${name} is being removed`, { retryable: true });
        if (isDeepStrictEqual(JSON.parse(present.request), request)) return present;
        throw new Refused(409, `group ${name} is there already, made by another request`, { hint: "choose another name, or delete that group first" });
      }
      const { count } = this.#db.get<{ count: number }>("select count(*) as count from groups")!;
      if (count >= this.#options.hostQuota.groups) throw new Refused(429, `the farm has ${count} groups, the most it takes is ${this.#options.hostQuota.groups}`);
      const now = Date.now();
      this.#db.run("insert into groups (name, created_at, expires_at, request) values (?, ?, ?, ?)", name, now, now + ttl * 1000, JSON.stringify(request));
      return this.#row(name)!;
    });
  }

  /** A group that lives, or a refusal: 404 as soon as its time is over. */
  get(name: string): GroupRow {
    const row = this.#row(name);
    if (row === undefined || row.deleting === 1 || row.expires_at <= Date.now()) throw new Refused(404, `there is no group ${name}`);
    return row;
  }

  /** Every group that lives, by name. */
  list(): GroupRow[] {
    return this.#db.all<GroupRow>("select * from groups where deleting = 0 and expires_at > ? order by name", Date.now());
  }

  /** Lets a group live so many seconds from now. */
  setTtl(name: string, ttl: number): GroupRow {
    this.get(name);
    this.#db.run("update groups set expires_at = ? where name = ?", Date.now() + this.#checkedTtl(ttl) * 1000, name);
    return this.get(name);
  }

  /** Groups whose time is over or whose removal was not finished. */
  due(): string[] {
    return this.#db.all<{ name: string }>("select name from groups where deleting = 1 or expires_at <= ?", Date.now()).map((row) => row.name);
  }

  /** From now on the group is gone for clients; what is left to do survives a restart. False when there is none. */
  markDeleting(name: string): boolean {
    return this.#db.run("update groups set deleting = 1 where name = ?", name) === 1;
  }

  /** Forgets a group. Part of a transaction; nothing may refer to it any more. */
  forget(name: string): void {
    this.#db.run("delete from groups where name = ?", name);
  }

  #row(name: string): GroupRow | undefined {
    return this.#db.get<GroupRow>("select * from groups where name = ?", name);
  }

  #checkedTtl(ttl: number): number {
    if (ttl <= this.#options.maxTtl) return ttl;
    throw new Refused(422, `ttl: expected at most ${this.#options.maxTtl} seconds on this farm, got ${ttl}`);
  }
}

/** Refuses features that this host lacks, all at once. */
export function assertHostFeatures(required: readonly string[], { hostname, hostFeatures }: Pick<FarmOptions, "hostname" | "hostFeatures">): void {
  const offered = [`host=${hostname}`, ...hostFeatures];
  const missing = required.filter((feature) => !offered.includes(feature));
  if (missing.length === 0) return;
  throw new Refused(422, `no host of this farm has ${missing.join(" and ")}; its one host has ${offered.join(", ")}`);
}
