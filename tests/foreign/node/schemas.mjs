// Judges records by JSON Schema 2020-12, as another implementation than ours reads it.
// Takes [[schema, [value, …]], …] on its input and prints for each schema whether each value is valid.
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const cases = JSON.parse(readFileSync(0, "utf8"));
const judged = cases.map(([schema, values]) => {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, keywords: ["x-topic", "x-key", "x-status"] });
  addFormats(ajv);
  const valid = ajv.compile(schema);
  return values.map((value) => valid(value));
});
console.log(JSON.stringify(judged));
