/** Every trap of an installation by hand is accounted for, and those that no other test springs are sprung here. */
import { readFileSync } from "node:fs";
import path from "node:path";

import traps from "../docs/traps.json";
import { program } from "../index";
import { IngressControllerPatch } from "../kinds/operator.openshift.io";
import { deploy, type Deployment } from "./deployment";
import { type Draft, problemsOf, shipped } from "./settings";

const root = path.join(__dirname, "..");
const LLM = "kubernetes:serving.kserve.io/v1alpha2:LLMInferenceService";

const settingsOf = (change?: (settings: Draft) => unknown): Draft => shipped("llm-d", change);
const problems = (change: (settings: Draft) => unknown): string[] => problemsOf(settingsOf(change));

describe("the table", () => {
    it("has each of the 46 traps once, in order", () => {
        expect(traps.entries).toHaveLength(46);
        expect(traps.entries.map((t) => t.id)).toEqual(traps.entries.map((_, i) => `T-${i + 1}`));
    });

    it.each(traps.entries.map(({ id, test: [file, title] }) => [id, file!, title!]))("%s has its test", (_id, file, title) => {
        expect(readFileSync(path.join(root, file), "utf8")).toContain(title);
    });
});

describe("the stack llm-d, with every way of serving", () => {
    let deployment: Deployment;
    beforeAll(async () => {
        const settings = settingsOf((s) => {
            s.gpu.pools[0].replicas = 4;
            s.models.push(
                { name: "split", model: "qwen3-0.6b", pool: "l40s", prefill: {} },
                { name: "slow", model: "qwen3-8b", pool: "l40s", startupMinutes: 20 },
            );
            const image = "registry.example.com/openvino@sha256:" + "0".repeat(64);
            s.predictive = [
                { name: "cpu", runtime: "openvino", accelerator: "cpu", image, source: "oci://quay.io/acme/detector:1" },
            ];
            s.openshiftAi = { dashboard: {}, monitoring: { metrics: {} } };
        });
        deployment = await deploy(program, {
            stack: "llm-d",
            preview: true,
            config: { "maas:settings": JSON.stringify(settings) },
        });
        expect(deployment.errors).toEqual([]);
    });
    const objects = (): Record<string, any>[] =>
        deployment.registrations.map((r) => r.inputs).filter((i) => i["metadata"] !== undefined);

    it("T-5: only the certificate of the router is patched", () => {
        const { body } = IngressControllerPatch.definition;
        const spec = { defaultCertificate: { name: "x" } };
        expect(body.safeParse({ spec }).success).toBe(true);
        for (const more of [{ replicas: 2 }, { nodePlacement: { tolerations: [{ operator: "Exists" }] } }]) {
            expect(body.safeParse({ spec: { ...spec, ...more } }).success).toBe(false);
        }
        const patch = deployment.one("kubernetes:operator.openshift.io/v1:IngressControllerPatch").inputs;
        expect(Object.keys(patch["spec"])).toEqual(["defaultCertificate"]);
    });

    it("T-9: a model on CPUs selects no hardware profile", () => {
        const { metadata, spec } = deployment.one("kubernetes:serving.kserve.io/v1beta1:InferenceService").inputs;
        expect(JSON.stringify(metadata.annotations ?? {})).not.toMatch(/hardware-?profile/i);
        expect(JSON.stringify(spec)).not.toContain("nvidia.com/gpu");
    });

    it("T-10: a model that loads long has its start-up probe in every mode", () => {
        const slow = deployment.one(LLM, "model-slow-service").inputs["spec"].template.containers[0];
        expect(slow.startupProbe.periodSeconds * slow.startupProbe.failureThreshold).toBe(20 * 60);
        const intelligent = problems((s) => void Object.assign(s.models[0], { startupMinutes: 20 }));
        expect(intelligent).toEqual([]);
    });

    it("T-14: dashboards are where the console looks for them", () => {
        const dashboards = deployment.all("kubernetes:perses.dev/v1alpha2:PersesDashboard");
        expect(dashboards.length).toBeGreaterThan(0);
        for (const { inputs } of dashboards) {
            expect(inputs["metadata"]).toMatchObject({
                namespace: "openshift-cluster-observability-operator",
                labels: { "app.kubernetes.io/part-of": "monitoring" },
            });
        }
    });

    it("T-16: an old key for the arguments is refused, with the one that is read", () => {
        expect(problems((s) => void (s.models[0].vllmAdditionalArgs = "--x"))).toEqual([
            expect.stringMatching(/^models\[0\]\.vllmAdditionalArgs: .*expected one of .*\bargs\b/),
        ]);
    });

    it("T-17: no label is longer than Kubernetes takes, and no wait selects by label", () => {
        const labels = objects().flatMap((o) => Object.entries(o["metadata"].labels ?? {}) as [string, string][]);
        expect(labels.length).toBeGreaterThan(10);
        expect(labels.filter(([key, value]) => key.split("/").at(-1)!.length > 63 || value.length > 63)).toEqual([]);
        const waits = objects().map((o) => String(o["metadata"].annotations?.["pulumi.com/waitFor"] ?? ""));
        expect(waits.filter((wait) => wait !== "" && !/^(\[?"?(condition|jsonpath)=)/.test(wait))).toEqual([]);
    });

    it("T-18: prefill apart from decode has the version, the authentication and the arguments of any model", () => {
        const { metadata, spec } = deployment.one(LLM, "model-split-service").inputs;
        expect(metadata.annotations["security.opendatahub.io/enable-auth"]).toBe("true");
        for (const { containers } of [spec.template, spec.prefill.template]) {
            const { value } = containers[0].env.find((e: { name: string }) => e.name === "VLLM_ADDITIONAL_ARGS");
            expect(value).toContain("--enable-force-include-usage");
        }
        expect(deployment.all("kubernetes:serving.kserve.io/v1alpha1:LLMInferenceService")).toEqual([]);
    });

    it("T-20: what OpenShift AI makes itself is patched, not made", () => {
        const own = /:(DSCInitialization|Auth|OdhDashboardConfig|OAuth|IngressController|APIServer|Proxy)$/;
        expect(deployment.registrations.filter((r) => own.test(r.type))).toEqual([]);
        expect(deployment.registrations.filter((r) => /:(DSCInitialization|OdhDashboardConfig)Patch$/.test(r.type)).length).toBe(
            2,
        );
        const profiles = objects().filter((o) => o["kind"] === "HardwareProfile");
        expect(profiles.map((o) => o["metadata"].name)).not.toContain("default-profile");
        expect(objects().filter((o) => o["metadata"].name === "data-science-gateway")).toEqual([]);
    });

    it("T-24: GPU nodes stay workers", () => {
        const sets = deployment.all("kubernetes:machine.openshift.io/v1beta1:MachineSet");
        expect(sets.length).toBe(3);
        for (const { inputs } of sets) {
            expect(inputs["spec"].template.metadata.labels).toMatchObject({
                "machine.openshift.io/cluster-api-machine-role": "worker",
                "machine.openshift.io/cluster-api-machine-type": "worker",
            });
        }
    });

    it("T-31: the certificates are of the issuer that is made for real ones, not of the staging issuer beside it", () => {
        const issuers = deployment.all("kubernetes:cert-manager.io/v1:ClusterIssuer").map(({ inputs }) => inputs);
        const real = issuers.filter(({ spec }) => !spec.acme.server.includes("staging")).map(({ metadata }) => metadata.name);
        expect([issuers.length, real.length]).toEqual([2, 1]);
        const certificates = deployment.all("kubernetes:cert-manager.io/v1:Certificate");
        expect(certificates.map((c) => c.inputs["spec"].issuerRef.name)).toEqual([real[0], real[0]]);
    });

    it("T-33: a model is served under its name in the stack", () => {
        const { metadata, spec } = deployment.one(LLM, "model-slow-service").inputs;
        expect([metadata.name, spec.model.name]).toEqual(["slow", "slow"]);
        expect(spec.model.uri).toContain("qwen3-8b");
    });
});

it("T-25: more copies than GPUs are refused, with the numbers", () => {
    expect(problems((s) => void (s.models[0].replicas = 4))).toEqual([
        expect.stringMatching(/^gpu\.pools\[0\]: its models \(qwen3-8b\) request 4 GPUs, but pool l40s has 3 /),
    ]);
});
