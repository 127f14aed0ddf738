// Prints what AsyncAPI's own parser has against each document, as JSON: {file: [[severity, code, message, path]]}.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const parser = new Parser();
const told = {};
for (const file of process.argv.slice(2)) {
  const { diagnostics } = await parser.parse(readFileSync(file, "utf8"));
  told[file] = diagnostics.map((one) => [one.severity, one.code, one.message, one.path.join("/")]);
}
console.log(JSON.stringify(told));
