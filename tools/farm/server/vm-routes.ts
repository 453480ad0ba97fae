import { z } from "zod";
import { attachDrives, usbStorage } from "../wire/drives.ts";
import { createVm, vmCreated, vmState as vmStateSchema } from "../wire/vm.ts";
import type { Farm } from "./farm.ts";
import { Refused } from "./refused.ts";
import { answer, api, done, jsonBody, operation, params } from "./route.ts";
import { vmState } from "./vm-rows.ts";

const tags = ["VMs"];
const path = "/group/{group}/vm/{vm}" as const;

const create = operation({
  method: "post",
  path,
  tags,
  summary: "Make a VM; the answer has its addresses, it is not started",
  request: { params: params.vm, body: jsonBody(createVm) },
  responses: answer("the VM is there", vmCreated),
});
const show = operation({ method: "get", path, tags, summary: "A VM (extension)", request: { params: params.vm }, responses: answer("the VM", vmStateSchema) });
const attach = operation({
  method: "put",
  path: `${path}/drive-templates/{template}`,
  tags,
  summary: "Replace a VM's removable drives",
  request: { params: params.vm.extend({ template: z.string() }), body: jsonBody(attachDrives) },
  responses: done,
});
const start = operation({ method: "put", path: `${path}/start`, tags, summary: "Start a VM", request: { params: params.vm }, responses: done });
const reboot = operation({ method: "put", path: `${path}/reboot`, tags, summary: "Press a VM's reset button", request: { params: params.vm }, responses: done });
const destroy = operation({
  method: "put",
  path: `${path}/destroy`,
  tags,
  summary: "Take a VM's power away; its disks stay, it can be started again",
  request: { params: params.vm },
  responses: done,
});

/** Operations on VMs. */
export function vmRoutes({ vms, groups }: Farm) {
  return api()
    .openapi(create, async (c) => {
      const { group, vm } = c.req.valid("param");
      return c.json(await vms.create(group, vm, c.req.valid("json")), 200);
    })
    .openapi(show, (c) => {
      const { group, vm } = c.req.valid("param");
      groups.get(group);
      const found = vms.rows.find(group, vm);
      if (found === undefined) throw new Refused(404, `group ${group} has no VM ${vm}`);
      return c.json(vmState(found), 200);
    })
    .openapi(attach, async (c) => {
      const { group, vm, template } = c.req.valid("param");
      if (template !== usbStorage) throw new Refused(404, `there is no drive template ${JSON.stringify(template.slice(0, 100))}, expected ${usbStorage}`);
      await vms.attach(group, vm, c.req.valid("json"));
      return c.json({}, 200);
    })
    .openapi(start, async (c) => {
      const { group, vm } = c.req.valid("param");
      await vms.start(group, vm);
      return c.json({}, 200);
    })
    .openapi(reboot, async (c) => {
      const { group, vm } = c.req.valid("param");
      await vms.reboot(group, vm);
      return c.json({}, 200);
    })
    .openapi(destroy, async (c) => {
      const { group, vm } = c.req.valid("param");
      await vms.destroy(group, vm);
      return c.json({}, 200);
    });
}
