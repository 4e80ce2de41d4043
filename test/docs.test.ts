import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { generated } from "../docs/generate";

it.each(Object.entries(generated()))("%s is current", (file, content) => {
    const committed = path.join(__dirname, "..", file);
    expect([file, existsSync(committed) ? readFileSync(committed, "utf8") : "missing: run npm run generate"]).toEqual([
        file,
        content,
    ]);
});
