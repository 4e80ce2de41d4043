import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { z } from "zod";

import { crdSource, directoryCrds, generatedCrds, toCreate } from "../../simulator/crds/crds";
import { downloadCrds } from "../../simulator/crds/download";
import sources from "../../simulator/crds/sources.json";
import { structuralSchema } from "../../simulator/crds/structural";
import { registeredKinds } from "../../kinds";

let folder: string;
beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "crds-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function crd(name: string, description: string): object {
    const [plural, ...group] = name.split(".");
    const schema = {
        type: "object",
        description: "long",
        properties: { description: { type: "string", description: "what it is" } },
    };
    return {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name, annotations: { description }, creationTimestamp: null },
        spec: {
            group: group.join("."),
            names: { plural, kind: plural },
            scope: "Cluster",
            conversion: { strategy: "Webhook" },
            versions: [{ name: "v1", schema: { openAPIV3Schema: schema } }],
        },
        status: {},
    };
}

function write(operator: string, name: string, content: string): void {
    fs.mkdirSync(path.join(folder, operator), { recursive: true });
    fs.writeFileSync(path.join(folder, operator, name), content);
}

describe("a folder of CRDs", () => {
    it("is refused when it does not exist, is empty, or holds something else", () => {
        expect(() => directoryCrds(path.join(folder, "nothing"))).toThrow("cannot be read as a folder of CRDs");
        expect(() => directoryCrds(folder)).toThrow("holds no CRDs: expected <operator>/<plural>.<group>.json");
        write("op", "a.json", "{");
        expect(() => directoryCrds(folder)).toThrow("a.json is not JSON");
        write("op", "a.json", "{}");
        expect(() => directoryCrds(folder)).toThrow("a.json is not a CustomResourceDefinition");
    });

    it("gives what is to be created: no status, no conversion by a webhook that nobody runs, no descriptions", () => {
        write("op", "a.json", JSON.stringify(crd("as.example.com", "one")));
        const [made] = directoryCrds(folder).of("op");
        expect(made).toMatchObject({ metadata: { name: "as.example.com", annotations: { description: "one" } } });
        expect(made).not.toHaveProperty("status");
        expect(made!.metadata).not.toHaveProperty("creationTimestamp");
        expect(made!.spec).not.toHaveProperty("conversion");
        // A field that is called description stays.
        expect(made!.spec.versions[0].schema.openAPIV3Schema).toEqual({
            type: "object",
            properties: { description: { type: "string" } },
        });
    });

    it("is laid over those before it, and over our own schemas", () => {
        const [a, b] = [path.join(folder, "a"), path.join(folder, "b")];
        for (const [base, text] of [
            [a, "first"],
            [b, "second"],
        ] as const) {
            fs.mkdirSync(path.join(base, "nfd"), { recursive: true });
            fs.writeFileSync(path.join(base, "nfd", "x.json"), JSON.stringify(crd("xs.example.com", text)));
        }
        fs.writeFileSync(path.join(a, "nfd", "y.json"), JSON.stringify(crd("ys.example.com", "first")));
        const of = (...folders: string[]): string[] =>
            crdSource({ MAAS_CRDS: folders.join(path.delimiter) })
                .of("nfd")
                .map((c) => `${c.metadata.name} ${c.metadata.annotations?.["description"] ?? "ours"}`);
        expect(of(a, b)).toEqual([
            "nodefeaturediscoveries.nfd.openshift.io ours",
            "xs.example.com second",
            "ys.example.com first",
        ]);
        expect(of(b, a)).toEqual([
            "nodefeaturediscoveries.nfd.openshift.io ours",
            "xs.example.com first",
            "ys.example.com first",
        ]);
    });

    it("does not change when what it gave is changed", () => {
        write("op", "a.json", JSON.stringify(crd("as.example.com", "one")));
        const source = directoryCrds(folder);
        source.of("op")[0]!.metadata.name = "changed";
        expect(source.of("op")[0]!.metadata.name).toBe("as.example.com");
    });
});

describe("CRDs from our own schemas", () => {
    it("cover every kind, under the operator that brings it", () => {
        const source = generatedCrds();
        for (const { apiVersion, kind, plural, operator, scope } of registeredKinds().values()) {
            const [group, version] = apiVersion.split("/");
            const found = source.of(operator ?? "openshift").find((c) => c.metadata.name === `${plural}.${group}`);
            expect(found?.spec).toMatchObject({ group, scope, names: { kind, plural } });
            expect(found!.spec.versions.map((v: { name: string }) => v.name)).toContain(version);
        }
    });

    it("serve without MAAS_CRDS and downloads", () => {
        expect(crdSource({ XDG_CACHE_HOME: folder }).describe).toContain("our own schemas");
    });
});

describe("a structural schema", () => {
    it("says what ours says, as far as it can, and never less is accepted", () => {
        const schema = z.strictObject({
            name: z
                .string()
                .min(1)
                .max(63)
                .regex(/^[a-z]+$/),
            mode: z.literal("on"),
            port: z.union([z.string(), z.number().int()]),
            count: z.number().int().min(0).optional(),
            choice: z.discriminatedUnion("type", [
                z.strictObject({ type: z.literal("a"), x: z.string() }),
                z.strictObject({ type: z.literal("b"), y: z.boolean().optional() }),
            ]),
            labels: z.record(z.string(), z.string()),
            anything: z.unknown(),
            ahead: z.string().regex(/^(?!x)[a-z]+$/),
        });
        expect(structuralSchema(schema)).toEqual({
            type: "object",
            required: ["ahead", "anything", "choice", "labels", "mode", "name", "port"],
            properties: {
                name: { type: "string", minLength: 1, maxLength: 63, pattern: "^[a-z]+$" },
                mode: { type: "string", enum: ["on"] },
                port: { "x-kubernetes-int-or-string": true },
                count: { type: "integer", format: "int64", minimum: 0 },
                choice: {
                    type: "object",
                    required: ["type"],
                    properties: { type: { type: "string", enum: ["a", "b"] }, x: { type: "string" }, y: { type: "boolean" } },
                },
                labels: { type: "object", additionalProperties: { type: "string" } },
                anything: { "x-kubernetes-preserve-unknown-fields": true },
                // Go's regular expressions cannot look ahead.
                ahead: { type: "string" },
            },
        });
    });
});

describe("the download", () => {
    const all = sources["3.5"].flatMap((s) => s.crds.map((c) => ({ ...c, repository: s.repository, commit: s.commit })));
    const yaml = (file: string): string =>
        all
            .filter((c) => c.path === file)
            .map(
                (c) =>
                    `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ${c.name}}\nspec: {versions: []}\n`,
            )
            .join("---\n");
    const asked: string[] = [];
    const published = (url: string): Promise<string> => {
        asked.push(url);
        const commit = /^https:\/\/api\.github\.com\/repos\/[^/]+\/[^/]+\/commits\/(\w+)$/.exec(url)?.[1];
        if (commit !== undefined) {
            return Promise.resolve(JSON.stringify({ sha: commit.padEnd(40, "0") }));
        }
        return Promise.resolve(yaml(url.split("/").slice(6).join("/")));
    };

    it("writes every CRD where rehearsals look for them, from the pinned commits", async () => {
        const target = path.join(folder, "crds");
        const { count, folder: written } = await downloadCrds({ folder: target, release: "3.5", fetchText: published });
        expect(count).toBe(all.length);
        expect(written).toBe(target);
        expect(directoryCrds(target).operators()).toEqual([...new Set(all.map((c) => c.operator))].sort());
        expect(asked.every((url) => url.startsWith("https://"))).toBe(true);
        expect(fs.readdirSync(folder)).toEqual(["crds"]);
        // Once more over what exists.
        await downloadCrds({ folder: target, release: "3.5", fetchText: published });
        expect(directoryCrds(target).operators()).not.toEqual([]);
    });

    it("says what cannot be reached and changes nothing", async () => {
        const target = path.join(folder, "crds");
        await downloadCrds({ folder: target, release: "3.5", fetchText: published });
        const before = fs.readFileSync(path.join(target, "INDEX.tsv"), "utf8");
        const broken = (url: string): Promise<string> =>
            url.includes("raw.")
                ? Promise.reject(new Error("raw.githubusercontent.com cannot be reached (getaddrinfo ENOTFOUND)"))
                : published(url);
        await expect(downloadCrds({ folder: target, release: "3.5", fetchText: broken })).rejects.toThrow(
            /ENOTFOUND.*Nothing was changed.*MAAS_CRDS/,
        );
        await expect(
            downloadCrds({
                folder: target,
                release: "3.5",
                fetchText: (url) => (url.includes("raw.") ? Promise.resolve("a: 1") : published(url)),
            }),
        ).rejects.toThrow("holds no CustomResourceDefinition");
        expect(fs.readFileSync(path.join(target, "INDEX.tsv"), "utf8")).toBe(before);
        expect(fs.readdirSync(folder)).toEqual(["crds"]);
    });

    it("leaves a folder alone that holds something else", async () => {
        fs.writeFileSync(path.join(folder, "thesis.txt"), "mine");
        await expect(downloadCrds({ folder, release: "3.5", fetchText: published })).rejects.toThrow(
            "holds something else than CRDs",
        );
        expect(fs.readdirSync(folder)).toEqual(["thesis.txt"]);
    });

    it("knows where each CRD comes from", () => {
        for (const source of [...sources["3.4"], ...sources["3.5"]]) {
            expect(source.repository).toMatch(/^[\w.-]+\/[\w.-]+$/);
            expect(source.commit).toMatch(/^[0-9a-f]{7,40}$/);
            expect(source.crds.every((c) => /^[a-z0-9.-]+$/.test(c.name) && /\.ya?ml$/.test(c.path))).toBe(true);
        }
    });
});

it("refuses to create what is no CRD", () => {
    expect(() => toCreate({ kind: "Pod" }, "x.json")).toThrow("x.json is not a CustomResourceDefinition");
});
