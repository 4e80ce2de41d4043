/** What a change of the settings touches: one bring-up in memory, changed step by step. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { stringify } from "yaml";

import type { RehearsalSession } from "../rehearsal/rehearse";
import { openSession } from "../simulator/rehearse";
import type { Rehearsal } from "../rehearsal/result";
import { Project } from "./project";
import { errors } from "./rehearsed";
import { shipped } from "./settings";

jest.setTimeout(300_000);

const settings = shipped("code-assistant");
/** What was done to resources of a cluster, a cloud or a generator: components change nothing by themselves. */
const touched = (result: Rehearsal): string[] => {
    const custom = new Set(result.resources.filter((r) => r.options.custom).map((r) => r.urn));
    return result.operations
        .filter((o) => o.operation !== "same" && (custom.has(o.urn) || o.operation.startsWith("delete")))
        .filter((o) => !/\$maas:[A-Za-z:]+::|::maas:[A-Za-z:]+::/.test(o.urn))
        .map((o) => `${o.operation} ${o.urn.split("::").at(-1)!}`)
        .sort();
};

describe("a stack that is changed", () => {
    // Workspaces have tests of their own, and follow tiers, users and models as well.
    delete settings["workspaces"];
    const project = new Project();
    let session: RehearsalSession;
    const up = async (): Promise<Rehearsal> => {
        project.write(stringify({ config: { "maas:settings": settings } }));
        const result = await session.up();
        expect([errors(result), result.succeeded]).toEqual([[], true]);
        return result;
    };
    beforeAll(async () => {
        project.write(stringify({ config: { "maas:settings": settings } }));
        session = await openSession({
            projectDir: project.folder,
            stack: "test",
        });
        await up();
    });
    afterAll(async () => {
        await session?.close();
        project.remove();
    });

    // One after the other, each from where the one before left the stack.
    it("touches, for another tier, that tier and the request limits", async () => {
        settings["tiers"].push({
            name: "research",
            models: ["gpt-oss-20b"],
            requests: { limit: 100, window: "2m" },
            tokens: [{ limit: 50000, window: "1m" }],
        });
        expect(touched(await up())).toEqual([
            "create tier-research-auth-policy",
            "create tier-research-group",
            "create tier-research-subscription",
            // It says which groups a tier has, for the charge by group.
            "update observability-rules",
            "update request-limits-policy",
            "update tiers-enforced",
        ]);
    });

    it("touches, for a user who moves, the two Groups", async () => {
        settings["identity"].users.find((user: { name: string }) => user.name === "free-user").tier = "research";
        const moved = await up();
        expect(touched(moved)).toEqual(["update tier-free-group", "update tier-research-group"]);
        expect(JSON.stringify(moved.diagnostics)).toMatch(
            /free-user left tier-free-users, but their API keys keep its models and limits .*bulk-revoke .*free-user/,
        );
    });

    it("touches, for a higher limit, the subscription, and waits until it is in force", async () => {
        settings["tiers"].find((tier: { name: string }) => tier.name === "premium").tokens[0].limit = 12_000;
        expect(touched(await up())).toEqual(["update tier-premium-subscription", "update tiers-enforced"]);
    });

    it("touches, for a model that goes, that model and the tiers that named it", async () => {
        settings["models"] = settings["models"].filter((model: { name: string }) => model.name === "gpt-oss-20b");
        for (const tier of settings["tiers"]) {
            tier.models = ["gpt-oss-20b"];
        }
        expect(touched(await up())).toEqual([
            "delete model-nemotron-3-nano-30b-a3b-published",
            "delete model-nemotron-3-nano-30b-a3b-rolled-out",
            "delete model-nemotron-3-nano-30b-a3b-service",
            "update observability-rules",
            "update tier-enterprise-auth-policy",
            "update tier-enterprise-subscription",
            "update tier-premium-auth-policy",
            "update tier-premium-subscription",
            "update tiers-enforced",
        ]);
    });

    it("touches, for a new password of the database, what has it and what must be restarted", async () => {
        settings["database"] = { rotation: "2026-11" };
        const changed = touched(await up());
        expect(changed.length).toBeGreaterThan(0);
        expect(changed.filter((change) => !/ (database|maas-api|keys-metrics)-?/.test(change))).toEqual([]);
    });

    it("goes, and leaves nothing that waits for a finalizer", async () => {
        const gone = await session.destroy();
        expect([errors(gone), gone.succeeded]).toEqual([[], true]);
        const left: string[] = [];
        for (const [apiVersion, kind] of [
            ["maas.opendatahub.io/v1alpha1", "MaaSModelRef"],
            ["maas.opendatahub.io/v1alpha1", "MaaSSubscription"],
            ["maas.opendatahub.io/v1alpha1", "MaaSAuthPolicy"],
            ["maas.opendatahub.io/v1alpha1", "Tenant"],
            ["serving.kserve.io/v1alpha2", "LLMInferenceService"],
            ["datasciencecluster.opendatahub.io/v2", "DataScienceCluster"],
            ["v1", "Namespace"],
        ] as const) {
            const objects = await session.world.cluster.list(apiVersion, kind);
            left.push(
                ...objects.filter((o) => o.metadata.deletionTimestamp !== undefined).map((o) => `${kind} ${o.metadata.name}`),
            );
        }
        expect(left).toEqual([]);
    });
});

/** Releases move in place: what both have stays, and a model is not deleted with its older version. */
describe("a stack of release 3.3 that moves to 3.4", () => {
    it("keeps its Groups and request limits, and loses the old scheme alone", async () => {
        const project = new Project();
        // With a free GPU: the model is updated, and its old pod serves until the new one does.
        const text = readFileSync(path.join(__dirname, "../stacks/Pulumi.tiers-3.3.yaml"), "utf8").replace(
            "instanceType: g6.xlarge",
            "instanceType: g6.xlarge\n          replicas: 2",
        );
        project.write(text);
        const session = await openSession({ projectDir: project.folder, stack: "test" });
        try {
            expect((await session.up()).succeeded).toBe(true);
            project.write(text.replace('release: "3.3"', 'release: "3.4"'));
            const moved = await session.up();
            expect([errors(moved), moved.succeeded]).toEqual([[], true]);
            const changes = touched(moved);
            expect(changes).toEqual(expect.arrayContaining(["update request-limits-policy", "delete tier-scheme-tokens"]));
            expect(changes.filter((change) => change.endsWith("-group"))).toEqual([]);
            const model = { apiVersion: "serving.kserve.io/v1alpha2", kind: "LLMInferenceService", namespace: "llm" };
            expect(await session.world.cluster.get({ ...model, name: "ibm-granite-2b-gpu" })).toBeDefined();
        } finally {
            await session.close();
            project.remove();
        }
    });
});

describe.each(["tiers-3.3", "maas-tutorial", "production"])("the stack %s", (stack) => {
    it("comes up, and goes without a stuck finalizer", async () => {
        const projectDir = path.join(__dirname, "..");
        const session = await openSession({ projectDir, stack });
        try {
            const result = await session.up();
            expect([errors(result), result.rejected, result.succeeded]).toEqual([[], [], true]);
            // With the program: what it added to objects of others it takes out again.
            const gone = await session.destroy(true);
            expect([errors(gone), gone.succeeded]).toEqual([[], true]);
            const namespaces = await session.world.cluster.list("v1", "Namespace");
            expect(namespaces.filter((n) => n.metadata.deletionTimestamp !== undefined)).toEqual([]);
        } finally {
            await session.close();
        }
    });
});
