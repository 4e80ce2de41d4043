import { Namespace } from "@pulumi/kubernetes/core/v1";

import { Manifests } from "../../components/manifests";
import { chartOfExternalSecrets } from "../chart";
import { deploy, type Deployment } from "../deployment";
import { inWorld, operationsOf } from "../rehearsal/engine/harness";

const DEFINITION = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinitionPatch";

describe("a rendered chart", () => {
    let deployment: Deployment;
    beforeAll(async () => {
        const monitor = {
            apiVersion: "monitoring.coreos.com/v1",
            kind: "ServiceMonitor",
            metadata: { name: "metrics", namespace: "external-secrets" },
            spec: { endpoints: [{ port: "metrics" }] },
        };
        deployment = await deploy(() => {
            const namespace = new Namespace("namespace", { metadata: { name: "external-secrets" } });
            new Manifests("chart", { objects: [...chartOfExternalSecrets(), monitor], after: [namespace] }, {});
        });
    });

    it("becomes a resource for each object, of the class that Kubernetes has for it", () => {
        expect(deployment.errors).toEqual([]);
        expect(deployment.registrations.filter(({ request }) => request.custom).map(({ type }) => type)).toEqual(
            expect.arrayContaining([
                "kubernetes:core/v1:ServiceAccount",
                "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
                "kubernetes:apps/v1:Deployment",
                "kubernetes:admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration",
                "kubernetes:monitoring.coreos.com/v1:ServiceMonitor",
                DEFINITION,
            ]),
        );
        const { inputs } = deployment.one("kubernetes:apps/v1:Deployment", "chart-deployment-external-secrets-external-secrets");
        expect(inputs["spec"].template.spec.containers[0].image).toBe("quay.io/example/external-secrets:v0.20.4");
        // Secrets of the SDK's own class are kept secret.
        expect(deployment.one("kubernetes:core/v1:Secret").request.additionalsecretoutputsList).toEqual(["data", "stringData"]);
    });

    it("has what is not its own first, then its kinds, then all that stands still, and what runs last", () => {
        const { all, one } = { all: (type: string) => deployment.all(type), one: (type: string) => deployment.one(type) };
        const namespace = one("kubernetes:core/v1:Namespace");
        const definitions = all(DEFINITION);
        const webhook = one("kubernetes:admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration");
        const running = [...all("kubernetes:apps/v1:Deployment"), one("kubernetes:core/v1:Service")];
        expect([definitions.length, running.length]).toEqual([2, 4]);
        for (const definition of definitions) {
            expect(deployment.happensAfter(definition, namespace)).toBe(true);
            expect(deployment.happensAfter(webhook, definition)).toBe(true);
        }
        for (const workload of running) {
            for (const earlier of [namespace, ...definitions, webhook, ...all("kubernetes:core/v1:ServiceAccount")]) {
                expect(deployment.happensAfter(workload, earlier)).toBe(true);
            }
        }
        // A Service waits for its pods: neither may wait for the other.
        expect(deployment.happensAfter(running[0]!, running.at(-1)!)).toBe(false);
        expect(deployment.happensAfter(running.at(-1)!, running[0]!)).toBe(false);
    });

    it("takes its kinds over where they are, and leaves them when it goes: the objects of others are of these kinds", () => {
        for (const { request, inputs } of deployment.all(DEFINITION)) {
            expect(request.retainondelete).toBe(true);
            expect(inputs["metadata"].annotations).toEqual({ "pulumi.com/patchForce": "true" });
        }
        expect(deployment.one("kubernetes:core/v1:Service").request.retainondelete).toBeFalsy();
    });
});

it("keeps the objects of a stack whose state has the former type of the component", () =>
    inWorld(
        "former-type",
        async ({ session, cluster }) => {
            const up = async (step: string) => {
                process.env["FIXTURE"] = step;
                const result = await session.up();
                expect([result.diagnostics, result.rejected]).toEqual([[], []]);
                const kept = await cluster.get({ apiVersion: "v1", kind: "ConfigMap", name: "kept", namespace: "default" });
                return { operations: operationsOf(result), uid: kept?.metadata.uid };
            };
            const former = await up("1");
            expect(former.operations).toContain("chart-configmap-default-kept: create");
            const { operations, uid } = await up("2");
            expect(uid).toBe(former.uid);
            expect(operations.filter((o) => o.startsWith("chart"))).toEqual([
                "chart-configmap-default-kept: same",
                "chart: update",
            ]);
        },
        { env: { FIXTURE: "1" } },
    ));
