import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { configLayouts } from "../../config/config-volume.ts";
import { readGuestConfig } from "../../launch/guest-config.ts";
import { userPath } from "../../lib/user-path.ts";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { runMain } from "../../lib/main.ts";
import { vmAllocation } from "../wire/allocation.ts";
import { locateRemoteTools, readRemoteDescription } from "./description.ts";
import { detachedTtl, imageSource, parseHostFeatures, vmSize } from "./remote-flags.ts";
import { launchRemote } from "./remote-launch.ts";
import { farmToken, whichFarm } from "./which-farm.ts";

const main = async (): Promise<void> => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("launch-remote")
    .usage("bazel run --config=systest TARGET -- [flags]\n\nStarts the image on a farm. Ctrl-C deletes it again. Environment: ICOS_FARM_URL, ICOS_FARM_TOKEN, ICOS_ARTIFACT_STORE, ICOS_ARTIFACT_DOWNLOAD_URL.")
    .option("target", { type: "string", demandOption: true, hidden: true, describe: "description that the rule wrote" })
    .option("farm", { type: "string", describe: "base URL of the farm", group: "Farm:" })
    .option("artifact-store", { type: "string", describe: "URL that takes the image by HTTP PUT, under its SHA-256; without, the farm takes it", group: "Farm:" })
    .option("artifact-download-url", { type: "string", describe: "URL under which the farm finds the store, when that is another one", group: "Farm:" })
    .option("image-url", { type: "string", describe: "where the farm downloads the image: nothing is sent", group: "Farm:" })
    .option("image-sha256", { type: "string", describe: "SHA-256 of what --image-url names; default: the URL's last part", group: "Farm:" })
    .option("host-feature", { type: "string", array: true, nargs: 1, default: [], describe: "what the host must offer: dc=NAME, host=NAME, AMD-SEV-SNP, performance ...", group: "Farm:" })
    .option("allocation", { choices: vmAllocation.options, default: "distributeAcrossDcs" as const, describe: "how the farm chooses hosts", group: "Farm:" })
    .option("vcpus", { type: "number", describe: "processors", group: "VM:" })
    .option("memory", { type: "string", describe: "memory: MiB, or a size such as 24G", group: "VM:" })
    .option("disk", { type: "string", describe: "grow the boot disk to at least this, such as 100G", group: "VM:" })
    .option("ssh-key", { type: "string", describe: "public key that may log in; default ~/.ssh/id_{ed25519,ecdsa,rsa}.pub, else a throw-away key", group: "Guest:" })
    .option("config", { type: "string", describe: "config.json for the guest; default: a node of its own. See docs/config.md", group: "Guest:" })
    .option("hostname", { type: "string", describe: "name of the guest", group: "Guest:" })
    .option("inject", { type: "string", array: true, nargs: 1, describe: "NAME=PATH: give the guest ic_crypto, ic_state, ic_registry_local_store or nns_public_key", group: "Guest:" })
    .option("config-layout", { choices: configLayouts, default: "files" as const, describe: "how the CONFIG volume holds it: files, or one ic-bootstrap.tar", group: "Guest:" })
    .option("wait", { choices: ["none", "ssh", "healthy"] as const, default: "healthy" as const, describe: "when the guest counts as ready: at once, when a login works, when the node is healthy" })
    .option("timeout", { type: "number", default: 900, describe: "seconds for --wait" })
    .option("detach", { type: "boolean", default: false, describe: "leave the guest running; end it with the :farm-delete target" })
    .option("ttl", { type: "string", describe: "with --detach: how long the guest runs, such as 90m or 2h; default 1h" })
    .option("json", { type: "boolean", default: false, describe: "one JSON object on stdout, all else on stderr" })
    .example("bazel run --config=systest TARGET", "")
    .example("bazel run --config=systest TARGET -- --detach --ttl 8h --json", "for scripts")
    .example("bazel run TARGET -- --farm http://127.0.0.1:8090 --vcpus 1 --memory 4G", "a farm of one's own")
    .conflicts("image-url", ["artifact-store", "artifact-download-url"])
    .implies("image-sha256", "image-url")
    .strict()
    .version(false)
    .wrap(120)
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "--help" });
    })
    .parseAsync();
  const target = readRemoteDescription(flags.target);
  await launchRemote({
    ...{ target, tools: locateRemoteTools(target.tools), farm: whichFarm(flags.farm, target.farm), token: farmToken() },
    image: imageSource(flags, target.artifactStore),
    ...vmSize(flags, target),
    ...{ hostFeatures: parseHostFeatures(flags.hostFeature), allocation: flags.allocation },
    sshKey: flags.sshKey === undefined ? undefined : userPath(flags.sshKey),
    guest: readGuestConfig(flags),
    ...{ wait: flags.wait, timeout: flags.timeout, detachedTtl: detachedTtl(flags), json: flags.json },
  });
};

await runMain("launch-remote", main, { ownSignals: true });
