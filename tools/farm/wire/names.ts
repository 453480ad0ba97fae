import { z } from "zod";

/** Name of a group: also a part of paths and of host names, so no slash, no leading dot or hyphen, no blank. Upstream's look like `test_single_vm--1700000000000`. */
export const groupName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, "expected 1 to 128 letters, digits, _ . -, the first a letter or digit");

/** Name of a VM in its group. */
export const vmName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, "expected 1 to 63 letters, digits, _ . -, the first a letter or digit");

/** Name of an uploaded file: the name of its multipart part and the key of the answer. */
export const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, "expected 1 to 128 letters, digits, _ . -, the first a letter or digit");

/** SHA-256 in lower-case hexadecimal digits: also the id of an uploaded file. */
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, "expected a SHA-256: 64 lower-case hexadecimal digits");

/** Seconds a group lives from now on: an unsigned 32-bit number. */
export const ttlSeconds = z.int().min(1).max(0xffff_ffff);

/** A moment, RFC 3339, such as `2026-01-31T12:00:00Z`. */
export const timestamp = z.iso.datetime({ offset: true });
