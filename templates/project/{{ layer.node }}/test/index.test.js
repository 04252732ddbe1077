import assert from "node:assert/strict";
import { test } from "node:test";

import { about } from "../src/index.js";

test("about names the package and its version", () => {
  assert.match(about(), /^[a-z0-9-]+ \d+\.\d+\.\d+$/);
});
