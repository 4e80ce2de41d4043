import { readFileSync } from "node:fs";
import path from "node:path";

import { parse, stringify } from "yaml";

import { migrate } from "../../stacks/migrate";
import { type Draft, shipped, withOneModel } from "../settings";

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

describe("to 3.5", () => {
    /** What a change of code-assistant comes to on the way: everything that is said, as text. */
    const move = (change: (settings: Draft) => unknown = () => undefined) => {
        const settings = shipped("code-assistant", change);
        const { changes, steps, problems } = migrate("test", JSON.stringify({ config: { "maas:settings": settings } }));
        expect(problems).toEqual([]);
        const up = steps.findIndex((step) => step.startsWith("pulumi up"));
        return { changes: changes.join("\n"), before: steps.slice(0, up).join("\n"), after: steps.slice(up + 1).join("\n") };
    };
    const hop = { "rhods-operator": { csv: "rhods-operator.3.4.3" } };

    it("the update path: stops at the version that 3.5.0 replaces, and goes on from there", () => {
        expect(move().before).toMatch(
            /^Bring OpenShift AI to rhods-operator\.3\.4\.3 first: operators\.rhods-operator\.csv: rhods-operator\.3\.4\.3 .*offers it to rhods-operator\.3\.4\.0 as well/,
        );
        const { text, steps } = migrate(
            "test",
            file("code-assistant").replace("    tiers:\n", `    operators: ${JSON.stringify(hop)}\n    tiers:\n`),
        );
        expect(text).toContain('operators: {"rhods-operator":{"csv":rhods-operator.3.5.0}}');
        expect(steps.join("\n")).not.toMatch(/first: operators/);
    });

    it("database access: the former API keeps it, also to a database of somebody else", () => {
        expect(move().changes).toMatch(/The database admits both namespaces until the new API has taken over/);
        const { changes, before } = move((s) => (s["database"] = { existing: { host: "pg.example.com", secret: "pg" } }));
        expect(changes).not.toMatch(/admits both/);
        expect(before).toMatch(/fully qualified name.*Keep letting redhat-ods-applications in until pulumi up has ended/);
        expect(before).toMatch(/Rotate nothing.*status\.infraNamespace/s);
    });

    it("the cut-over: Pending is normal, some seconds are not, and what stays of 3.4", () => {
        const { changes, after } = move();
        expect(changes).toMatch(/MaaSAuthPolicies are Pending until .* this is normal/);
        expect(changes).toMatch(/keys that were not used within the last minute may be refused/);
        expect(after).toMatch(/no maas-auth-<model>.*oc delete cronjob maas-api-key-cleanup -n redhat-ods-applications/);
    });

    it("names of models: in paths at once, in bodies once the presets follow", () => {
        const { changes, after } = move();
        expect(changes).toMatch(/publishers\/maas\/models\/<name>: as a path at once.*A short name there is answered with 404/);
        expect(changes).toMatch(/Models from before the move stay with the presets of 3\.4/);
        expect(after).toMatch(
            /for m in gpt-oss-20b nemotron-3-nano-30b-a3b; do oc patch llminferenceservice \$m -n maas --subresource=status .*as many free GPUs/,
        );
    });

    it("who answers: each of several models on one gateway is asked", () => {
        expect(move().changes).toMatch(/calls reach the wrong model/);
        expect(move().after).toMatch(/for m in gpt-oss-20b nemotron-3-nano-30b-a3b; do curl .*jq -r \.model/);
        const one = move((s) => withOneModel(s));
        expect([one.changes, one.after].join()).not.toMatch(/wrong model|jq -r \.model/);
    });

    it("enforcement by model: the risk, and a call that must be refused", () => {
        expect(move().changes).toMatch(/Envoy before 1\.37\.1/);
        expect(move().after).toMatch(
            /with a key of free: curl .*"model":"publishers\/maas\/models\/nemotron-3-nano-30b-a3b".*must print 403/,
        );
    });

    it("payload processing: its memory, and what keeps it from being upgraded", () => {
        const { changes, before, after } = move();
        expect(changes).toMatch(/limits to 256 MiB/);
        expect(before).toMatch(/opendatahub\.io\/managed-/);
        expect(after).toMatch(/OOMKilled.*opendatahub\.io\/managed=false.*before the next upgrade/);
    });

    it("Connectivity Link 1.4: memory of gateways, and limits without an identity", () => {
        const pinned = (memoryGiB?: number) =>
            move((s) => {
                s["operators"] = { ...hop, "rhcl-operator": { csv: "rhcl-operator.v1.4.1" } };
                s["gateway"] = memoryGiB === undefined ? {} : { memoryGiB };
            });
        expect(move().changes).not.toMatch(/memoryGiB/);
        expect(() => pinned()).not.toThrow();
        expect(pinned().changes).toMatch(/rhcl-operator\.v1\.4\.1: .*set gateway\.memoryGiB to 2/);
        expect(pinned(2).changes).not.toMatch(/memoryGiB/);
        expect(pinned(2).changes).toMatch(/a limit by user counts no request if the AuthPolicy does not pass the identity on/);
    });

    it("models of providers elsewhere: the former object goes first", () => {
        const openai = { provider: "openai", endpoint: "api.openai.com", targetModel: "gpt-4o", secret: "openai-key" };
        const { changes, after } = move((s) => {
            s["externalModels"] = [{ name: "gpt-4o", providers: [openai] }];
            s["tiers"][0].models.push("gpt-4o");
        });
        expect(changes).toMatch(/\(gpt-4o\) become ExternalProviders.*goes first.*two routes/);
        expect(after).toMatch(/oc get externalmodels\.maas\.opendatahub\.io -n maas/);
        expect(move().changes).not.toMatch(/ExternalProviders/);
    });

    it("Llama Stack: what stays of it, and a definition that may be missing", () => {
        const { changes, after } = move((s) => (s["openshiftAi"] = { components: { llamaStack: true } }));
        expect(changes).toMatch(/passes by keys and limits.*no matches for kind OGX/s);
        expect(after).toMatch(/oc get llamastackdistribution -A/);
        expect(move().changes).not.toMatch(/OGX/);
    });

    it("MCP servers: their operator is written as Removed", () => {
        expect(move().changes).toMatch(/operator of MCP servers is new in 3\.5\. It is written as Removed/);
    });

    it("metrics behind a proxy: where OpenShift AI monitors", () => {
        expect(move((s) => (s["openshiftAi"] = { monitoring: {} })).after).toMatch(/asks the proxy for its targets/);
        expect(move().after).not.toMatch(/asks the proxy/);
    });

    it("a router that encrypts anew: refused, since the listener has no host name", () => {
        const settings = shipped("code-assistant", (s) => (s["gateway"] = { exposure: "reencrypt" }));
        const { text, problems } = migrate("test", JSON.stringify({ config: { "maas:settings": settings } }));
        expect([text, problems.map(({ path: at }) => at)]).toEqual([undefined, ["gateway.exposure"]]);
    });
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

it("tells that models of tiers leave the gateway of llm-d with 3.5, and asks for the setting to go", () => {
    const { text, steps, problems } = migrate("llm-d", file("llm-d"));
    expect(text).toBeUndefined();
    expect(problems.map((p) => p.path)).toEqual(["gateway.inference.models"]);
    expect(steps.join("\n")).toMatch(/remove gateway\.inference\.models/);
});

describe("whatever the layout of the file", () => {
    const { config } = parse(file("code-assistant")) as { config: { "maas:settings": Record<string, unknown> } };
    const { release, ...rest } = config["maas:settings"];
    const { models, ...base } = rest;
    const indented = (value: object, by: number): string => stringify(value).replace(/^(?=.)/gm, " ".repeat(by));
    const settings = (text: string): unknown =>
        (parse(text, { merge: true }) as { config: { "maas:settings": object } }).config["maas:settings"];

    it.each([
        ["in one line", `config:\n  maas:settings: ${JSON.stringify(rest)}\n`],
        ["as JSON", `${JSON.stringify({ config: { "maas:settings": rest } }, null, 2)}\n`],
        ["with line ends of Windows", stringify({ config: { "maas:settings": rest } }).replace(/\n/g, "\r\n")],
        [
            "with what << brings",
            `base: &base\n${indented({ release, ...base }, 2)}config:\n  maas:settings:\n    <<: *base\n${indented({ models }, 4)}`,
        ],
    ])("%s", (_what, before) => {
        const { text, problems } = migrate("code-assistant", before);
        expect(problems).toEqual([]);
        expect(settings(text!)).toEqual({ ...rest, release: "3.5" });
        // A line, or a field, and nothing else.
        expect(text!.length - before.length).toBeLessThan(40);
    });

    it("but for settings that are an alias", () => {
        const alias = `base: &base\n${indented(rest, 2)}config:\n  maas:settings: *base\n`;
        expect(() => migrate("x", alias)).toThrow(
            "The settings of stack x are an alias (*base): write them below maas:settings.",
        );
    });
});
