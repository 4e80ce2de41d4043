import { readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { parseSettings, SettingsError } from "../../stacks/settings";

type Changed = Record<string, any>;

function problems(change: (settings: Changed) => unknown, stack = "tiers-3.3"): string[] {
    const file = parse(readFileSync(path.join(__dirname, `../../stacks/Pulumi.${stack}.yaml`), "utf8")) as {
        config: { "maas:settings": Changed };
    };
    const settings = file.config["maas:settings"];
    change(settings);
    try {
        parseSettings("test", settings);
        return [];
    } catch (error) {
        return (error as SettingsError).problems.map((p) => `${p.path}: ${p.message}`);
    }
}

it("takes the stack as it stands, and once more with its defaults filled in", () => {
    expect(problems(() => undefined)).toEqual([]);
    expect(problems((s) => Object.assign(s, parseSettings("test", structuredClone(s))))).toEqual([]);
});

it.each([
    ["a database", (s: Changed) => (s["database"] = { volumeGiB: 20 }), /^database: release 3\.3 does not have it.*3\.4 or 3\.5/],
    [
        "a gateway of llm-d",
        (s: Changed) => (s["gateway"] = { inference: {} }),
        /^gateway\.inference: release 3\.3 does not have it.*left out/,
    ],
    [
        "intelligent routing",
        (s: Changed) => (s["models"][0].routing = { mode: "intelligent" }),
        /^models\[0\]\.routing: release 3\.3 has no scheduler.*release 3\.4 or 3\.5/,
    ],
    [
        "prefill apart",
        (s: Changed) => (s["models"][0].prefill = {}),
        /^models\[0\]\.prefill: release 3\.3 serves a model as plain copies/,
    ],
    [
        "a copy over several nodes",
        (s: Changed) => (s["models"][0].parallelism = { data: 2, dataLocal: 1 }),
        /^models\[0\]\.parallelism\.dataLocal: release 3\.3 does not spread/,
    ],
    [
        "a preview",
        (s: Changed) => (s["openshiftAi"] = { profile: "early-access" }),
        /^openshiftAi\.profile: release 3\.3 has no previews; expected stable/,
    ],
    [
        "a component of later releases",
        (s: Changed) => (s["openshiftAi"] = { components: { trainer: true } }),
        /^openshiftAi\.components\.trainer: release 3\.3 does not have it; expected false, or release 3\.4 or 3\.5/,
    ],
])("refuses %s on 3.3", (_what, change, message) => {
    expect(problems(change)).toContainEqual(expect.stringMatching(message));
});

it("refuses a stack without tiers on 3.3", () => {
    expect(
        problems((s) => {
            delete s["tiers"];
            delete s["identity"];
        }),
    ).toContainEqual(expect.stringMatching(/^tiers: is missing: on release 3\.3/));
});

it("takes the same of later releases", () => {
    expect(problems((s) => (s["models"][0].routing = { mode: "intelligent" }), "code-assistant")).toEqual([]);
});
