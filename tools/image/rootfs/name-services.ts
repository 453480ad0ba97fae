import type { LayerPackage } from "../layer/read-layers.ts";
import type { Tree } from "./tree.ts";

/** How dh_installnss (debhelper) records in a postinst what it adds to /etc/nsswitch.conf. */
const installing =
  /^\s*# Installing (?<database>\w+)\/(?<service>\w+)(?<action>\[[^\]]+\])? from \S+ in position (?<where>before|after)=(?<other>\w+)/gm;

/** Writes /etc/nsswitch.conf: libc-bin's default with the services that packages of the image add. */
export function addNameServices(tree: Tree, packages: readonly LayerPackage[]): void {
  let text = tree.text("etc/nsswitch.conf") ?? tree.text("usr/share/libc-bin/nsswitch.conf");
  if (text === undefined) return;
  for (const { postinst } of packages) {
    for (const { groups } of postinst.matchAll(installing)) {
      const { database, service, action, where, other } = groups as Record<string, string>;
      text = addService(text, database!, action === undefined ? service! : `${service!} ${action}`, where as "before" | "after", other!);
    }
  }
  tree.file("etc/nsswitch.conf", text);
}

/** Adds a service to a database of nsswitch.conf(5) before or after another; nothing changes when it is there already. */
export function addService(text: string, database: string, service: string, where: "before" | "after", other: string): string {
  return text.replace(new RegExp(`^${database}:.*$`, "m"), (line) => {
    if (line.split(/\s+/).includes(service.split(" ")[0]!)) return line;
    return line.replace(new RegExp(`(?<=\\s)${other}(?: +\\[[^\\]]*\\])?(?=\\s|$)`), (found) =>
      where === "before" ? `${service} ${found}` : `${found} ${service}`,
    );
  });
}
