/** `maas render`: what of a plan is said in manifests, and in which order. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { parse, parseAllDocuments } from "yaml";

import { gates, insteadOfHook } from "../../../catalogue/gitops/gitops";
import { ARGO_CD_VERSIONS } from "../../../catalogue/gitops/versions";
import { GATE_LABEL, OPERATOR_INSTALLED } from "../../../catalogue/records";
import { application, healthChecks, healthPatch, OPEN_LIBS, project, roles } from "../../../cli/render/argoCd";
import { filesOf } from "../../../cli/render/files";
import { hiddenIn, pointerOf } from "../../../cli/render/manifest";
import { render } from "../../../cli/render/render";
import { groupOf, type Manifest, type Rendered } from "../../../cli/render/rendering";
import { plan } from "../../../rehearsal/plan";
import { modelOf } from "../../../rehearsal/report/model";
import type { Plan } from "../../../rehearsal/result";
import { Project } from "../../project";
import { inProcess, root, withFolder } from "../helper";
import { health } from "./lua";
import { place } from "./place";
import { saysTheSame } from "./same";

let planned: Plan;
let rendered: Rendered;

beforeAll(async () => {
    planned = await plan({ projectDir: root, stack: "production" });
    rendered = render(planned);
});

it("says the same objects as the plan", () => {
    saysTheSame(planned, rendered);
});

it("is the same, byte for byte, each time", () => {
    for (const format of ["argocd", "kustomize", "yaml"] as const) {
        const again = render(JSON.parse(JSON.stringify(planned)) as Plan);
        expect([...filesOf(again, format, place)]).toEqual([...filesOf(rendered, format, place)]);
    }
});

/** kubectl, kustomize and Argo CD read YAML 1.1, where `no` is false: Redis takes the argument `no`. */
it("reads the same in YAML 1.1 and 1.2", () => {
    const files = filesOf(rendered, "argocd", place);
    for (const [file, text] of files) {
        if (file.endsWith(".yaml")) {
            const [old, today] = (["1.1", "1.2"] as const).map((version) =>
                parseAllDocuments(text, { version }).map((one) => one.toJS() as unknown),
            );
            expect([file, old]).toEqual([file, today]);
        }
    }
    expect(files.get("manifests/litemaas/deployment.litemaas.litellm-redis.yaml")).toContain('- "no"\n');
});

it("has no value of a Secret, nothing unknown, and nothing of Pulumi", () => {
    for (const { manifest } of rendered.renderings) {
        expect(hiddenIn(manifest)).toEqual([]);
        expect(JSON.stringify(manifest)).not.toContain("pulumi.com/");
        expect([manifest.kind, manifest["data"] ?? manifest["stringData"]]).not.toEqual(["Secret", expect.anything()]);
    }
});

it("puts each object into a later wave than what it waits for", () => {
    const waveOf = new Map(rendered.renderings.flatMap(({ urn, wave }) => (urn === undefined ? [] : [[urn, wave] as const])));
    const { items } = modelOf(planned);
    let compared = 0;
    for (const item of items) {
        const wave = waveOf.get(item.resource.urn);
        const beside = rendered.renderings.find(({ urn }) => urn === item.resource.urn)?.beside === true;
        for (const need of item.needs) {
            const before = waveOf.get(items[need]!.resource.urn);
            if (wave !== undefined && before !== undefined) {
                expect(wave).toBeGreaterThanOrEqual(beside ? before : before + 1);
                compared++;
            }
        }
    }
    expect(compared).toBeGreaterThan(500);
});

/** Argo CD takes a Subscription that waits for approval for not healthy: what approves must not wait for it. */
it("approves InstallPlans in the wave of their Subscription", () => {
    const wave = (kind: string, name: RegExp): number =>
        rendered.renderings.find(({ manifest }) => manifest.kind === kind && name.test(manifest.metadata.name))!.wave;
    expect(wave("Job", /^operator-rhcl-operator-installed$/)).toBe(wave("Subscription", /^rhcl-operator$/));
    expect(wave("Kuadrant", /./)).toBeGreaterThan(wave("Subscription", /^rhcl-operator$/));
});

it("marks what a kind, a patch or a destroy needs", () => {
    const options = (kind: string): string | undefined =>
        rendered.renderings.find(({ manifest }) => manifest.kind === kind)!.manifest.metadata.annotations![
            "argocd.argoproj.io/sync-options"
        ];
    expect(options("Kuadrant")).toBe("SkipDryRunOnMissingResource=true");
    expect(options("Authorino")).toBe(
        "SkipDryRunOnMissingResource=true,ServerSideApply=true,Validate=false,Prune=false,Delete=false",
    );
    expect(options("Gateway")).toBeUndefined();
});

it("says of a Secret who creates it, and waits for it", () => {
    const job = rendered.renderings.find(({ manifest }) => manifest.metadata.name === "database-connection-created")!;
    expect(JSON.stringify(job.manifest)).toContain("Secret redhat-ods-applications/maas-db-config");
    expect(rendered.omitted.find(({ name }) => name.includes("maas-db-config"))!.instead).toContain(
        "oc create secret generic maas-db-config -n redhat-ods-applications --from-literal=DB_CONNECTION_URL=…",
    );
});

it("knows every kind of gate of the components", () => {
    const folder = path.join(root, "components");
    const texts = readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => readFileSync(path.join(folder, file), "utf8"))
        .filter((text) => /\bgate\(/.test(text));
    const kinds = new Set(
        texts.flatMap((text) => [...text.matchAll(/\bkind: "([a-z]+(?:-[a-z]+)+)"/g)].map(([, kind]) => kind!)),
    );
    expect(kinds.size).toBeGreaterThan(25);
    expect([...kinds, OPERATOR_INSTALLED].filter((kind) => gates[kind] === undefined)).toEqual([]);
});

it("gives each gate of the plan a Job or words", () => {
    const labels = planned.resources.flatMap((resource) => {
        const label = (resource.inputs["metadata"] as Manifest["metadata"] | undefined)?.labels?.[GATE_LABEL];
        return label === undefined ? [] : [{ urn: resource.urn, label }];
    });
    for (const { urn, label } of labels) {
        const said = rendered.renderings.some((one) => one.urn === urn);
        const told = rendered.omitted.find((one) => one.urn === urn);
        expect([label, said]).toEqual([label, "script" in gates[label]!]);
        expect([label, said || (told!.why !== "" && told!.instead !== "" && !/[…]/.test(told!.why))]).toEqual([label, true]);
    }
    expect(labels.length).toBeGreaterThan(40);
});

it("tells hooks that nobody has foreseen by their name", () => {
    expect(insteadOfHook("the moon is full")).toEqual({ does: "the moon is full", instead: "do it by hand" });
});

it("admits in the project, and grants the controller, what the manifests have", () => {
    const { spec } = project(rendered, place) as unknown as {
        spec: Record<"clusterResourceWhitelist" | "namespaceResourceWhitelist", { group: string; kind: string }[]>;
    };
    const [role] = roles(rendered, place) as unknown as [
        { rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[] },
    ];
    for (const { manifest } of rendered.renderings) {
        const list = manifest.metadata.namespace === undefined ? spec.clusterResourceWhitelist : spec.namespaceResourceWhitelist;
        expect(list).toContainEqual({ group: groupOf(manifest.apiVersion), kind: manifest.kind });
        expect(role.rules.map(({ apiGroups }) => apiGroups[0])).toContain(groupOf(manifest.apiVersion));
    }
    expect(role.rules.find(({ apiGroups }) => apiGroups[0] === "rbac.authorization.k8s.io")!.verbs).toEqual(
        expect.arrayContaining(["bind", "escalate"]),
    );
    expect(role.rules.flatMap(({ resources }) => resources)).toEqual(
        expect.arrayContaining(["llminferenceservices", "namespaces", "maassubscriptions", "authpolicies"]),
    );
});

it("checks the health of the kinds that Argo CD does not know, and leaves the others to it", () => {
    const kinds = healthChecks(rendered).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(["LLMInferenceService", "DataScienceCluster", "Kuadrant", "MaaSModelRef"]));
    // Those that Argo CD judges are everybody's: an object of others would lose its check.
    for (const kind of ["Gateway", "Certificate", "Grafana", "GrafanaDashboard", "OpenTelemetryCollector", "PushSecret"]) {
        expect(kinds).not.toContain(kind);
    }
    expect(kinds).toEqual(expect.arrayContaining(["GatewayClass", "Subscription", "PersistentVolumeClaim"]));
});

it("switches Lua's libraries on for the checks that need them, and for no others", () => {
    const { spec } = healthPatch(rendered, place) as unknown as {
        spec: { resourceHealthChecks: { group: string; kind: string; check: string }[]; extraConfig: Record<string, string> };
    };
    const waiting = {
        metadata: { name: "x", generation: 2, annotations: { "maas-platform.io/ready-when": "condition=Ready" } },
        status: {
            observedGeneration: 1,
            syncedResourceVersion: "1-a",
            conditions: [{ type: "Ready", status: "True", reason: "SecretSynced" }],
        },
    };
    for (const { group, kind, check } of spec.resourceHealthChecks) {
        const on = spec.extraConfig[`${OPEN_LIBS}${group === "" ? kind : `${group}_${kind}`}`] === "true";
        expect([kind, on]).toEqual([kind, !["PersistentVolumeClaim", "Subscription"].includes(kind)]);
        if (on) {
            expect([kind, health(check, waiting, on).status]).toEqual([kind, "Progressing"]);
            expect(() => health(check, waiting, false)).toThrow();
        }
    }
    expect(Object.keys(spec.extraConfig).length).toBeGreaterThan(10);
});

it("tries again without end, deletes nothing by itself, and leaves alone what others change", () => {
    const { metadata, spec } = application(rendered, place) as unknown as Manifest & { spec: Record<string, any> };
    expect(metadata.annotations).toEqual({ "argocd.argoproj.io/compare-options": "ServerSideDiff=true" });
    expect(spec["syncPolicy"]).toMatchObject({
        automated: { prune: false, selfHeal: false },
        retry: { limit: -1, refresh: true },
    });
    expect(spec["ignoreDifferences"]).toContainEqual(
        expect.objectContaining({ kind: "MachineSet", jsonPointers: ["/spec/replicas"] }),
    );
});

/** The API server refuses a field that the CRD of its Argo CD does not have. */
it("says of the Application what its version of Argo CD knows", () => {
    const refreshes = ARGO_CD_VERSIONS.map((version) => {
        const { spec } = application(rendered, { ...place, version }) as unknown as { spec: Record<string, any> };
        return [version, spec["syncPolicy"].retry];
    });
    const retry = { limit: -1, backoff: { duration: "10s", factor: 2, maxDuration: "2m" } };
    expect(refreshes).toEqual([
        ["3.1", retry],
        ...["3.2", "3.3", "3.4", "3.5"].map((version) => [version, { ...retry, refresh: true }]),
    ]);
});

it.each([
    ["spec.replicas", "/spec/replicas"],
    ['metadata.annotations["opendatahub.io/connections"]', "/metadata/annotations/opendatahub.io~1connections"],
    ["spec.containers[0].env", "/spec/containers/0/env"],
])("%s is the pointer %s", (given, pointer) => {
    expect(pointerOf(given)).toBe(pointer);
});

describe("the command", () => {
    it("writes a file for each object, and says what no manifest says", () =>
        withFolder(async (folder) => {
            const out = path.join(folder, "out");
            const { code, out: text } = await inProcess("render", "tiers-3.3", "--no-policy", "--out", out, "--path", "gitops");
            expect([code, text]).toEqual([0, expect.stringMatching(/^Manifests of the stack tiers-3\.3: \d+ objects, \d+ Jobs/)]);
            const spec = (
                parse(readFileSync(path.join(out, "argocd/4-application.yaml"), "utf8")) as { spec: { source: object } }
            ).spec;
            expect(spec).toMatchObject({ source: { path: "gitops/manifests" }, syncPolicy: { retry: { refresh: true } } });
            expect(readFileSync(path.join(out, "OMITTED.md"), "utf8")).toContain("maas doctor tiers-3.3");
            expect((await inProcess("render", "tiers-3.3", "--no-policy", "--out", out, "--path", "gitops")).out).toContain(
                ", 0 written.",
            );
        }));

    it("prints all manifests in the order of their waves", async () => {
        const { out, err } = await inProcess("render", "tiers-3.3", "--no-policy", "--out", "-");
        const waves = [...out.matchAll(/^# wave (\d+)/gm)].map(([, wave]) => Number(wave));
        expect(waves).toEqual([...waves].sort((a, b) => a - b));
        expect([waves.length > 40, err]).toEqual([true, expect.stringContaining("In no manifest")]);
    });

    it.each([
        [["--secret-prefix", "x"], "--secret-prefix needs --secret-store"],
        [["--out", "-", "--json", "-"], "--out and --json both name -"],
        [["--format", "helm"], "helm"],
    ])("refuses %j", async (words, message) => {
        const { code, err } = await inProcess("render", "tiers-3.3", ...words);
        expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    });

    it("renders nothing of a stack that is refused", async () => {
        const project = new Project();
        try {
            const stack = project.change((settings) => {
                settings.models[0].pool = "nowhere";
            });
            const out = path.join(project.folder, "out");
            const { code, err } = await inProcess("render", stack, "--project", project.folder, "--no-policy", "--out", out);
            expect([code, existsSync(out), err]).toEqual([1, false, expect.stringContaining("nowhere")]);
        } finally {
            project.remove();
        }
    });
});
