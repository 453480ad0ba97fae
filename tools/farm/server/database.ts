import { DatabaseSync } from "node:sqlite";
import { ExitCode, Failure } from "../../lib/failure.ts";

// Times are milliseconds since 1970. `request` is the JSON of the request that made the row: a repeated request is compared with it.
const schema = `
create table if not exists meta (key text primary key, value text not null) strict;
create table if not exists groups (
  name text primary key,
  created_at integer not null,
  expires_at integer not null,
  request text not null,
  -- 1: its removal has begun and will be finished, whatever happens to the server in between.
  deleting integer not null default 0
) strict;
create table if not exists vms (
  id text primary key,
  group_name text not null references groups (name),
  name text not null,
  created_at integer not null,
  request text not null,
  -- what the client was told: addresses, granted hardware
  answer text not null,
  vcpus integer not null,
  memory_mib integer not null,
  -- disks in the guest's order; the first is the one it boots from
  drives text not null,
  -- created, starting, running, stopped
  state text not null,
  pid integer,
  start_time text,
  unique (group_name, name)
) strict;
create table if not exists files (
  sha256 text primary key,
  bytes integer not null,
  -- When the last group let go of it.
  unneeded_since integer
) strict;
-- A group's claim keeps a file, and all that was made of it, for its VMs.
create table if not exists claims (
  group_name text not null references groups (name),
  sha256 text not null references files (sha256),
  primary key (group_name, sha256)
) strict;
`;

/** The server's database. It belongs to one server at a time. */
export class Database {
  readonly #db: DatabaseSync;

  /** Opens or makes the file. Fails when another server has it open. */
  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    try {
      // The lock goes with the process, however that ends. A power cut loses nothing that was answered.
      this.#db.exec("pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;");
      this.#db.exec(`begin immediate; ${schema} commit;`);
    } catch (error) {
      this.#db.close();
      if ((error as { errcode?: number }).errcode !== 5) throw error;
      throw new Failure(`${file}: another farm server uses this state folder`, { exitCode: ExitCode.host, hint: "give this one another --state-dir" });
    }
  }

  /** All rows of a query. */
  all<Row>(sql: string, ...values: Value[]): Row[] {
    return this.#db.prepare(sql).all(...values) as Row[];
  }

  /** The first row of a query. */
  get<Row>(sql: string, ...values: Value[]): Row | undefined {
    return this.#db.prepare(sql).get(...values) as Row | undefined;
  }

  /** Changes rows and gives how many. */
  run(sql: string, ...values: Value[]): number {
    return Number(this.#db.prepare(sql).run(...values).changes);
  }

  /** All changes of `work` or none. It must not wait for anything. */
  atomically<T>(work: () => T): T {
    this.#db.exec("begin immediate");
    try {
      const result = work();
      this.#db.exec("commit");
      return result;
    } catch (error) {
      // A full disk has undone it already: sqlite.org/lang_transaction.html, 2.4.
      if (this.#db.isTransaction) this.#db.exec("rollback");
      throw error;
    }
  }

  close(): void {
    this.#db.close();
  }
}

type Value = string | number | null;
