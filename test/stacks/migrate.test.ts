import { readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { migrate } from "../../stacks/migrate";

const file = (stack: string): string => readFileSync(path.join(__dirname, `../../stacks/Pulumi.${stack}.yaml`), "utf8");

it("changes the release of a stack of 3.3, and not a letter more", () => {
    const { from, to, text, problems } = migrate("tiers-3.3", file("tiers-3.3"));
    expect([from, to, problems]).toEqual(["3.3", "3.4", []]);
    expect(text).toBe(file("tiers-3.3").replace('release: "3.3"', 'release: "3.4"'));
});

it("says which release a stack is of that left it to the default", () => {
    const before = file("code-assistant");
    const { text } = migrate("code-assistant", before.replace(/ +release: "3.4"\n/, ""));
    const settings = (yaml: string): unknown => (parse(yaml) as { config: unknown }).config;
    expect(settings(text!)).toEqual(settings(before.replace('"3.4"', '"3.5"')));
});

it.each([
    [
        "the operator's own pin",
        `    operators:\n      rhods-operator: { csv: rhods-operator.3.3.0 }\n`,
        /^operators\.rhods-operator\.csv: rhods-operator\.3\.3\.0 is of an earlier release; expected rhods-operator\.3\.4\.0/,
    ],
    [
        "its channel",
        `    operators:\n      rhods-operator: { channel: stable-3.3 }\n`,
        /^operators\.rhods-operator\.channel: stable-3\.3 was chosen for the earlier release; expected stable-3\.4/,
    ],
    [
        "an old Connectivity Link",
        `    operators:\n      rhcl-operator: { csv: rhcl-operator.v1.2.0 }\n`,
        /^operators\.rhcl-operator\.csv: rhcl-operator\.v1\.2\.0 is not of the line 1\.3/,
    ],
])("does not carry over %s", (_what, more, message) => {
    const { text, problems } = migrate("test", file("tiers-3.3").replace("    gpu:\n", `${more}    gpu:\n`));
    expect(text).toBeUndefined();
    expect(problems.map((p) => `${p.path}: ${p.message}`)).toEqual([expect.stringMatching(message)]);
});

it("does not carry over the vLLM of the earlier release", () => {
    const image = "        image: registry.redhat.io/rhaiis/vllm-cuda-rhel9:3.3.0\n        pool: l4\n";
    const { problems } = migrate("test", file("tiers-3.3").replace("        pool: l4\n", image));
    expect(problems).toEqual([{ path: "models[0].image", message: expect.stringMatching(/is the vLLM of the earlier release/) }]);
});

it("tells that limits which held over all models hold for each", () => {
    const two = parse(file("tiers-3.3")) as { config: { "maas:settings": { models: object[]; tiers: { models: string[] }[] } } };
    const settings = two.config["maas:settings"];
    settings.models.push({ ...settings.models[0], name: "second", pool: "l4" });
    (settings as unknown as { gpu: { pools: { replicas: number }[] } }).gpu.pools[0]!.replicas = 2;
    settings.tiers[2]!.models.push("second");
    const { changes, problems } = migrate("test", JSON.stringify(two));
    expect(problems).toEqual([]);
    expect(changes.join("\n")).toMatch(/Token limits hold for each model now.*enterprise may use 2 times as much in all/);
});

it("says what must be done before 3.5, by what the stack has", () => {
    const { to, steps } = migrate("production", file("production"));
    expect(to).toBe("3.5");
    expect(steps.join("\n")).toMatch(/never 1\.4\.0.*redhat-ai-gateway-infra: its host as a fully qualified name/s);
    expect(migrate("code-assistant", file("code-assistant")).steps.join("\n")).not.toMatch(/fully qualified/);
});

it("goes one release at a time, and not beyond the last", () => {
    expect(() => migrate("tiers-3.3", file("tiers-3.3"), "3.5")).toThrow(
        /moves to 3\.4, one release at a time; expected --to 3\.4/,
    );
    expect(() => migrate("test", file("code-assistant").replace('"3.4"', '"3.5"'))).toThrow(/the last that is known here/);
});

it("refuses a stack whose settings are wrong as they are", () => {
    expect(() => migrate("test", file("tiers-3.3").replace("pool: l4", "pool: l5"))).toThrow(/"l5" is not a GPU pool/);
});
