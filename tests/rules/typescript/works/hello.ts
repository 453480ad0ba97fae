import { execa } from "execa";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { word } from "./word.ts";

const { name } = await yargs(hideBin(process.argv)).option("name", { type: "string", default: word }).strict().parse();
const { stdout } = await execa("echo", [`hello, ${name}`]);
console.log(stdout, process.version);
