import { Hono } from "hono";
import { setCookie } from "hono/cookie";
import { tokenCookie, type Authorization } from "./authorization.ts";
import { escape } from "./page.ts";

/** A form for the token: a browser cannot send it by itself. */
export function loginPage(next: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Farm</title>
<form method="post" action="/login">
<label>Token <input name="token" type="password" autocomplete="current-password" autofocus required></label>
<input name="next" type="hidden" value="${escape(next)}">
<button>Go on</button>
</form>
</html>
`;
}

/** Takes the form's token into a cookie that no script reads and no other site sends. */
export function loginRoutes(authorization: Authorization): Hono {
  return new Hono().post("/login", async (c) => {
    const { token, next } = await c.req.parseBody();
    // Only a path of this farm: "//host" would lead elsewhere.
    const target = typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : "/swagger-ui";
    if (typeof token !== "string" || !authorization.accepts(token)) return c.html(loginPage(target), 401);
    setCookie(c, tokenCookie, token, { httpOnly: true, sameSite: "Strict", path: "/" });
    return c.redirect(target, 303);
  });
}
