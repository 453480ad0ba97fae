/** Names of what one node has on its host. */
export interface NodeNames {
  domain: string;
  disk: string;
  config: string;
}

/** The names of a node's domain and volumes: they begin with the deployment's name, so that all of it can be found again. */
export function nodeNames(deployment: string, node: string): NodeNames {
  const domain = `${deployment}-${node}`;
  return { domain, disk: `${domain}-disk.qcow2`, config: `${domain}-config.img` };
}

/** Name of the volume that holds an image: by its sum, so that it is uploaded once to each host. */
export function imageVolume(sha256: string): string {
  return `icos-image-${sha256.slice(0, 16)}.qcow2`;
}
