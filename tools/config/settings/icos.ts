import { z } from "zod";
import { httpUrl, line, macAddress, openEnum, orNull, SECRET } from "./formats.ts";

const privateKey = z
  .string()
  .regex(/^-----BEGIN (?:EC |RSA )?PRIVATE KEY-----\r?\n[A-Za-z0-9+/=\r\n]+-----END (?:EC |RSA )?PRIVATE KEY-----\s*$/, "expected an unencrypted private key in PEM form");

/** What all virtual machines of a node share. */
export const icosSettings = z.looseObject({
  node_reward_type: orNull(line).meta({ description: "Reward class of the node, such as `type3.1`." }),
  mgmt_mac: macAddress.meta({ description: "MAC address of the machine's management controller. Addresses and the host name follow from it." }),
  deployment_environment: openEnum(["mainnet", "testnet"]).meta({ description: "Network the node belongs to. Capital letters do not matter." }),
  nns_urls: z.array(httpUrl).meta({ description: "Nodes of the NNS subnet to register with." }),
  use_node_operator_private_key: z.boolean().default(false).meta({ description: "Register with the operator's key. Being retired." }),
  node_operator_private_key: orNull(privateKey).meta({ description: "Operator's key, PEM. A secret: never printed.", [SECRET]: true }),
  enable_trusted_execution_environment: z.boolean().default(false).meta({ description: "Run under SEV-SNP." }),
  use_ssh_authorized_keys: z.boolean().meta({ description: "Let the keys of the volume log in." }),
  icos_dev_settings: z.looseObject({}).prefault({}).meta({ description: "Settings of development images; none so far." }),
});
