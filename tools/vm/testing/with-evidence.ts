import type { Machine } from "../machine.ts";
import { keepEvidence } from "./evidence.ts";

/** Runs `body`; when it fails, journal and screen of the machines that are there by then go to the test's outputs. */
export async function withEvidence<T>(machines: () => readonly Machine[], body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    await Promise.all(machines().map((machine) => keepEvidence(machine)));
    throw error;
  }
}
