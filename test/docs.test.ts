/** Generated pages are current. The pictures: shipped.test.ts; the page of the guides: docs/guides.test.ts. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { generated } from "../docs/generate";

const root = path.join(__dirname, "..");

function committed(file: string): string {
    return existsSync(path.join(root, file)) ? readFileSync(path.join(root, file), "utf8") : "missing: run npm run generate";
}

it.each(Object.entries(generated()))("%s is current", (file, content) => {
    expect([file, committed(file)]).toEqual([file, content]);
});
