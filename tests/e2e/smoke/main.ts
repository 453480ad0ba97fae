import fs from "node:fs";
import { greeting } from "./greet.ts";

const text = `${greeting("from outside")}\n`;
const [file] = process.argv.slice(2);
if (file === undefined) process.stdout.write(text);
else fs.writeFileSync(file, text);
