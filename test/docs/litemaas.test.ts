/** The page of LiteMaaS: each capability has a setting that exists, each trap a test. */
import { readFileSync } from "node:fs";
import path from "node:path";

import litemaas from "../../docs/litemaas.json";
import { settingsPages } from "../../docs/pages/settings";

const root = path.join(__dirname, "../..");
const pages = Object.values(settingsPages()).join("\n");

it("has each of the 37 traps and 30 capabilities once", () => {
    expect([litemaas.traps.length, litemaas.capabilities.length]).toEqual([37, 30]);
    expect(new Set(litemaas.traps.map(({ trap }) => trap)).size).toBe(37);
    expect(new Set(litemaas.capabilities.map(({ what }) => what)).size).toBe(30);
});

it.each(litemaas.traps.map(({ test: [file, title] }, i) => [i + 1, file!, title!] as const))(
    "trap %i has its test",
    (_trap, file, title) => {
        expect(readFileSync(path.join(root, file), "utf8")).toContain(title);
    },
);

it("names settings that exist", () => {
    const named = litemaas.capabilities.flatMap(({ setting }) =>
        [...setting.matchAll(/`(litemaas\.[A-Za-z.[\]]+)`/g)].map(([, name]) => name!),
    );
    expect(named.length).toBeGreaterThan(20);
    const last = (name: string): string => name.split(".").at(-1)!.replace("[]", "");
    expect(named.filter((name) => !new RegExp(`\\b${last(name)}\\b`).test(pages))).toEqual([]);
});
