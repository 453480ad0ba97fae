import { createGroup, groupCreated, groupList, groupState } from "../wire/group.ts";
import type { Farm } from "./farm.ts";
import { answer, api, done, jsonBody, operation, params } from "./route.ts";

const tags = ["groups"];

const list = operation({ method: "get", path: "/group", tags, summary: "All groups (extension)", responses: answer("every group, by name", groupList) });
const create = operation({
  method: "post",
  path: "/group/{group}",
  tags,
  summary: "Make a group; the same request again finds it",
  request: { params: params.group, body: jsonBody(createGroup) },
  responses: answer("the group is there", groupCreated),
});
const show = operation({ method: "get", path: "/group/{group}", tags, summary: "A group", request: { params: params.group }, responses: answer("the group", groupState) });
const ttl = operation({
  method: "put",
  path: "/group/{group}/ttl/{ttl}",
  tags,
  summary: "Let a group live so many seconds from now",
  request: { params: params.ttl },
  responses: answer("the group", groupCreated),
});
const remove = operation({ method: "delete", path: "/group/{group}", tags, summary: "Remove a group with its VMs and files", request: { params: params.group }, responses: done });

/** Operations on groups. */
export function groupRoutes(farm: Farm) {
  const expiry = ({ expires_at }: { expires_at: number }): { expiresAt: string } => ({ expiresAt: new Date(expires_at).toISOString() });
  return api()
    .openapi(list, (c) => c.json({ groups: farm.groups.list().map((group) => farm.describe(group)) }, 200))
    .openapi(create, (c) => c.json(expiry(farm.groups.create(c.req.valid("param").group, c.req.valid("json"))), 200))
    .openapi(show, (c) => c.json(farm.describe(farm.groups.get(c.req.valid("param").group)), 200))
    .openapi(ttl, (c) => {
      const { group, ttl: seconds } = c.req.valid("param");
      return c.json(expiry(farm.groups.setTtl(group, seconds)), 200);
    })
    .openapi(remove, async (c) => {
      await farm.deleteGroup(c.req.valid("param").group);
      return c.json({}, 200);
    });
}
