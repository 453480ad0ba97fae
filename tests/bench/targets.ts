/** The environment that is measured. */
export const ENVIRONMENT = "//ic-os/guestos/envs/dev";

/** What a full build makes: the disk that one downloads. */
export const DISK = `${ENVIRONMENT}:disk-img.tar.zst`;

/** A flag whose new value makes every image stage run again, and nothing else: the tools stay built. */
export function freshStages(value: string): string {
  return `--//rules/image/perturbation:salt=${value}`;
}
