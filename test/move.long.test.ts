/** A running platform of 3.4 that moves to 3.5, as `maas migrate` writes it, rehearsed in memory. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import type { RehearsalSession } from "../rehearsal/rehearse";
import type { Rehearsal } from "../rehearsal/result";
import { openSession } from "../simulator/rehearse";
import { migrate } from "../stacks/migrate";
import { KeyValidation } from "./keyValidation";
import { Project } from "./project";
import { changes, done, errors } from "./rehearsed";

jest.setTimeout(300_000);

const openai = { provider: "openai", endpoint: "api.openai.com", targetModel: "gpt-4o", secret: "openai-key" };

const EXTERNAL = ["maas.opendatahub.io/v1alpha1/ExternalModel", "inference.opendatahub.io/v1alpha1/ExternalModel"];

/** Writes the stack of a project for the next release, as `maas migrate` does. */
function migrateIn(project: Project): void {
    const { text, problems } = migrate("test", readFileSync(path.join(project.folder, "stacks/Pulumi.test.yaml"), "utf8"));
    expect(problems).toEqual([]);
    expect((parse(text!) as { config: any }).config["maas:settings"].release).toBe("3.5");
    project.write(text!);
}

describe.each<[string, (settings: any) => unknown, string]>([
    ["PostgreSQL in the cluster", (s) => (s.tenant = { keyDays: 30 }), "maas-db"],
    [
        "a database of CloudNativePG, and a model of a provider elsewhere",
        (s) => {
            s.database = { cloudNativePg: {} };
            s.externalModels = [{ name: "gpt-4o", providers: [openai] }];
            s.tiers[0].models.push("gpt-4o");
        },
        "maas",
    ],
])("with %s", (_, change, server) => {
    const project = new Project();
    let session: RehearsalSession;
    let keys: KeyValidation;
    let moved: Rehearsal;
    const events: string[] = [];

    beforeAll(async () => {
        project.change(change);
        session = await openSession({ projectDir: project.folder, stack: "test" });
        const before = await session.up();
        expect([errors(before), before.succeeded]).toEqual([[], true]);
        keys = await KeyValidation.of(session.world.cluster, () => session.world.clock.now());
        const stop = session.world.cluster.subscribe(
            [
                "v1/ConfigMap",
                "networking.k8s.io/v1/NetworkPolicy",
                "apps/v1/Deployment",
                "kuadrant.io/v1/AuthPolicy",
                ...EXTERNAL,
            ],
            ({ type, object: { apiVersion, kind, metadata } }) => {
                const where = { ExternalModel: `${apiVersion} `, Deployment: `${metadata.namespace}/` }[kind] ?? "";
                events.push(`${type} ${where}${metadata.name}`);
            },
        );
        migrateIn(project);
        moved = await session.up();
        keys.close();
        stop();
    });

    afterAll(async () => {
        await session?.close();
        project.remove();
    });

    const names = async (apiVersion: string, kind: string): Promise<string[]> =>
        (await session.world.cluster.list(apiVersion, kind)).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

    it("succeeds, and deletes nothing that is not replaced", () => {
        expect([errors(moved), moved.rejected, moved.succeeded]).toEqual([[], [], true]);
        // Of these, 3.5 has its own: the patch of the former Tenant leaves the object, and the gateway is closed by the product.
        const replaced = ["tenant-settings", "external-gpt-4o-model"];
        expect(done(moved, "delete").filter((name) => !replaced.includes(name))).toEqual([]);
    });

    it("deletes the former object of a model elsewhere before it creates the new one", () => {
        const [former, present] = EXTERNAL.map((kind) => kind.replace("/ExternalModel", " gpt-4o")) as [string, string];
        const created = events.indexOf(`ADDED ${present}`);
        expect(created >= 0).toBe(server === "maas");
        expect(events.indexOf(`DELETED ${former}`)).toBeLessThanOrEqual(created);
    });

    it("validates keys at every moment: the former MaaS API reaches the database until the new one has taken over", async () => {
        expect(keys.looks).toBeGreaterThan(50);
        expect(keys.outages).toEqual([]);
        expect(keys.answered).toEqual(["redhat-ods-applications", "redhat-ai-gateway-infra"]);
        // What admits the former one is deleted once all else is done.
        const left = (await names("networking.k8s.io/v1", "NetworkPolicy")).filter((name) => name.startsWith("maas-db/"));
        expect(left).toEqual([`maas-db/${server}-from-redhat-ai-gateway-infra`]);
        const passed = events.indexOf("ADDED maas-cut-over");
        expect(passed).toBeGreaterThan(events.indexOf(`ADDED ${server}-from-redhat-ai-gateway-infra`));
        expect(events.indexOf(`DELETED ${server}`)).toBeGreaterThan(passed);
        // Nothing of the former release answers when the gate passes.
        for (const former of ["redhat-ods-applications/maas-api", "maas-auth-gpt-oss-20b"]) {
            expect(events).toContain(`DELETED ${former}`);
            expect(events.lastIndexOf(`DELETED ${former}`)).toBeLessThan(passed);
        }
    });

    it("has the gap of the product alone: policies of 3.4 ask for less than a minute an API that is removed", () => {
        const [first, last] = [keys.askedInVain[0]!, keys.askedInVain.at(-1)!];
        expect(first).toBeGreaterThan(0);
        expect(last - first).toBeLessThan(60);
    });

    it("leaves nothing of 3.4 that answers", async () => {
        expect((await names("kuadrant.io/v1", "AuthPolicy")).filter((name) => name.includes("/maas-auth-"))).toEqual([]);
        expect((await names("apps/v1", "Deployment")).filter((name) => name.endsWith("/maas-api"))).toEqual([
            "redhat-ai-gateway-infra/maas-api",
        ]);
        expect((await names("v1", "Secret")).filter((name) => name.endsWith("/maas-db-config"))).toEqual([
            "redhat-ai-gateway-infra/maas-db-config",
        ]);
    });

    it("changes nothing the second time", async () => {
        expect(changes(await session.up())).toEqual([]);
    });
});
