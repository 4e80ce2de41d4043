import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { generated, pictures } from "../docs/generate";

const root = path.join(__dirname, "..");

function committed(file: string): string {
    return existsSync(path.join(root, file)) ? readFileSync(path.join(root, file), "utf8") : "missing: run npm run generate";
}

it.each(Object.entries(generated()))("%s is current", (file, content) => {
    expect([file, committed(file)]).toEqual([file, content]);
});

it("the pictures are those of the rehearsal", async () => {
    for (const [file, content] of Object.entries(await pictures(root))) {
        expect([file, committed(file) === content]).toEqual([file, true]);
    }
});
