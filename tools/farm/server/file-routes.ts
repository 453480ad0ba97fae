import { z } from "zod";
import { fileClaimed, filesUploaded } from "../wire/file.ts";
import type { Farm } from "./farm.ts";
import { Refused } from "./refused.ts";
import { answer, api, checked, operation, params } from "./route.ts";
import { readUpload } from "./upload.ts";

const tags = ["files"];

const upload = operation({
  method: "post",
  path: "/group/{group}/file",
  tags,
  summary: "Upload a file: one part, named as the file; its id is its SHA-256",
  request: { params: params.group, body: { required: true, content: { "multipart/form-data": { schema: z.record(z.string(), z.string().meta({ format: "binary" })) } } } },
  responses: answer("the ids by name", filesUploaded),
});
const claim = operation({
  method: "put",
  path: "/group/{group}/file/{sha256}",
  tags,
  summary: "Hold on to a file that is there already; 404 when it has to be uploaded",
  request: { params: params.file },
  responses: answer("the file is there until the group goes", fileClaimed),
});

/** Operations on files. The upload goes around the framework's form parser, which keeps whole files in memory. */
export function fileRoutes({ groups, files }: Farm) {
  const routes = api();
  routes.openAPIRegistry.registerPath(upload);
  routes.post("/group/:group/file", async (c) => {
    const { group } = checked(params.group, c.req.param());
    groups.get(group);
    const { name, received } = await readUpload(c.env.incoming, (chunks) => files.receive(group, chunks), (unwanted) => files.discard(unwanted));
    files.keep(group, received, () => void groups.get(group));
    return c.json({ imageIds: { [name]: received.sha256 } }, 200);
  });
  return routes.openapi(claim, (c) => {
    const { group, sha256 } = c.req.valid("param");
    const { expires_at: expiry } = groups.get(group);
    if (!files.claim(group, sha256)) throw new Refused(404, `there is no file ${sha256}`, { hint: `upload it: POST group/${group}/file` });
    return c.json({ expiration: new Date(expiry).toISOString() }, 200);
  });
}
