/** The stack maas-tutorial: a cluster whose GPUs and applications belong to somebody else. */
import path from "node:path";

import { program } from "../index";
import { EXPECTED_LABEL } from "../catalogue/records";
import { openSession } from "../simulator/rehearse";
import { parseFault } from "../simulator/faults";
import { deploy, type Deployment } from "./deployment";
import { type Draft, problemsOf, shipped } from "./settings";

jest.setTimeout(120_000);

const settingsWith = (change?: (settings: Draft) => unknown): Draft => shipped("maas-tutorial", change);
const run = (change?: (settings: Draft) => unknown): Promise<Deployment> =>
    deploy(program, { stack: "test", preview: true, config: { "maas:settings": JSON.stringify(settingsWith(change)) } });
const problems = (change: (settings: Draft) => unknown): string[] => problemsOf(settingsWith(change));

describe("the plan", () => {
    let deployment: Deployment;
    beforeAll(async () => {
        deployment = await run();
    });

    it("creates no node, no driver and no Subscription of an operator that exists", () => {
        expect(deployment.errors).toEqual([]);
        const types = deployment.registrations.map((r) => r.type);
        for (const type of [
            "machine.openshift.io/v1beta1:MachineSet",
            "nvidia.com/v1:ClusterPolicy",
            "nfd.openshift.io/v1:NodeFeatureDiscovery",
        ]) {
            expect(types).not.toContain(`kubernetes:${type}`);
        }
        const packages = deployment
            .all("kubernetes:operators.coreos.com/v1alpha1:Subscription")
            .map((s) => s.inputs["spec"].name as string);
        expect(packages).not.toContain("nfd");
        expect(packages).not.toContain("gpu-operator-certified");
    });

    it("says in records what it takes as given", () => {
        const records = deployment
            .all("kubernetes:core/v1:ConfigMap")
            .flatMap((r) => r.inputs["metadata"].labels?.[EXPECTED_LABEL] ?? []);
        expect(records.sort()).toEqual(["deployment", "nodes", "operator", "operator"]);
    });

    it("puts the model on the nodes by their own label, once their GPUs are offered", () => {
        const model = deployment.one("kubernetes:serving.kserve.io/v1alpha2:LLMInferenceService");
        expect(model.inputs["spec"].template.nodeSelector).toEqual({ "node-role.kubernetes.io/gpu": "" });
        expect(deployment.happensAfter(model, deployment.one("kubernetes:core/v1:ConfigMap", "gpu-gpu-allocatable"))).toBe(true);
    });

    it("has a Route for each of two names", () => {
        const hosts = deployment.all("kubernetes:route.openshift.io/v1:Route").map((r) => r.inputs["spec"].host as string);
        expect(hosts.sort()).toEqual(["inference.maas.apps.cluster.example.com", "maas.apps.cluster.example.com"]);
    });

    it("leads the agent to the model, and keeps its key out of everything", () => {
        const config = deployment.one("kubernetes:core/v1:ConfigMapPatch", "agent-calculus-agent-config").inputs;
        expect(config["metadata"]).toMatchObject({ name: "calculus-agent-config", namespace: "calculus-agent" });
        expect(config["data"]).toEqual({
            MODEL_ENDPOINT: "https://maas.apps.cluster.example.com/gpt-oss-model/gpt-oss-20b/v1",
            MODEL_NAME: "gpt-oss-20b",
        });
        const patch = deployment.one("kubernetes:apps/v1:DeploymentPatch", "agent-calculus-agent-patch");
        const [container] = patch.inputs["spec"].template.spec.containers;
        expect(container.name).toBe("calculus-agent");
        expect(container.env.at(-1)).toEqual({
            name: "OPENAI_API_KEY",
            valueFrom: { secretKeyRef: { name: "maas-api-key", key: "OPENAI_API_KEY" } },
        });
        const model = deployment.one("kubernetes:serving.kserve.io/v1alpha2:LLMInferenceService");
        expect(deployment.happensAfter(patch, model)).toBe(true);
    });

    it("an agent without a ConfigMap of its own gets one, which others do not write", async () => {
        const changed = await run((s) => {
            delete s.agents[0].configMap;
            s.models[0].servedName = "RedHatAI/gpt-oss-20b";
        });
        const config = changed.one("kubernetes:core/v1:ConfigMap", "agent-calculus-agent-config").inputs;
        expect(config["metadata"].name).toBe("calculus-agent-maas");
        expect(config["data"].MODEL_NAME).toBe("RedHatAI/gpt-oss-20b");
        const model = changed.one("kubernetes:serving.kserve.io/v1alpha2:LLMInferenceService");
        expect(model.inputs["spec"].model.name).toBe("RedHatAI/gpt-oss-20b");
    });

    it("has the tutorial's subscription, whose owner is named in the forms that OpenShift and the product read", () => {
        const subscription = deployment.one("kubernetes:maas.opendatahub.io/v1alpha1:MaaSSubscription").inputs;
        expect(subscription["metadata"].name).toBe("calculus-dev");
        expect(subscription["spec"]).toMatchObject({
            priority: 0,
            owner: { groups: [{ name: "calculus-users" }], users: ["kube:admin"] },
            modelRefs: [{ name: "gpt-oss-20b", namespace: "gpt-oss-model", tokenRateLimits: [{ limit: 50000, window: "1h" }] }],
        });
        const group = deployment.one("kubernetes:user.openshift.io/v1:Group").inputs;
        expect(group["users"]).toEqual([`b64:${Buffer.from("kube:admin").toString("base64")}`]);
    });

    it("gives the agent the authority that signs the gateway's certificate, which outlives it", () => {
        const certificates = deployment.all("kubernetes:cert-manager.io/v1:Certificate").map((c) => c.inputs["spec"]);
        const authority = certificates.find((spec) => spec.isCA === true)!;
        const issuer = deployment
            .all("kubernetes:cert-manager.io/v1:Issuer")
            .find((i) => i.inputs["spec"].ca?.secretName === authority.secretName)!;
        const served = certificates.find((spec) => spec.dnsNames?.includes("maas.apps.cluster.example.com"))!;
        expect(served.issuerRef.name).toBe(issuer.inputs["metadata"].name);
        const copied = deployment.one("kubernetes:core/v1:ConfigMap", "agent-calculus-agent-authorities-copied");
        expect(copied.inputs["data"].secret).toBe(`openshift-ingress/${authority.secretName}`);
        const patch = deployment.one("kubernetes:apps/v1:DeploymentPatch", "agent-calculus-agent-patch");
        expect(deployment.happensAfter(patch, copied)).toBe(true);
        const { containers, volumes } = patch.inputs["spec"].template.spec;
        expect(volumes).toEqual([{ name: "maas-authorities", configMap: { name: "calculus-agent-maas-authorities" } }]);
        expect(containers[0].volumeMounts[0].name).toBe("maas-authorities");
        expect(containers[0].env.slice(0, 3)).toEqual(
            ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"].map((name) => ({
                name,
                value: "/etc/maas-authorities/ca-bundle.crt",
            })),
        );
    });
});

it.each([
    [
        "zones of existing nodes",
        (s: Draft) => (s["gpu"].pools[0].zones = ["us-east-2a"]),
        /^gpu\.pools\[0\]\.zones: has no effect on existing nodes, which the program does not change/,
    ],
    ["spot instances", (s: Draft) => (s["gpu"].pools[0].spot = {}), /^gpu\.pools\[0\]\.spot: has no effect on existing nodes/],
    [
        "more GPUs than they have",
        (s: Draft) => (s["models"][0].replicas = 2),
        /^gpu\.pools\[0\]: its models \(gpt-oss-20b\) request 2 GPUs, but pool gpu has 1 \(1 x 1 existing x 1 of g6e\.2xlarge\)/,
    ],
    [
        "no label",
        (s: Draft) => (s["gpu"].pools[0].existing.nodeSelector = {}),
        /existing\.nodeSelector: expected at least one label/,
    ],
    [
        "an agent of a model that does not exist",
        (s: Draft) => (s["agents"][0].model = "gpt-oss"),
        /^agents\[0\]\.model: "gpt-oss" is not a model; expected one of gpt-oss-20b.*did you mean "gpt-oss-20b"/,
    ],
    [
        "two agents in one Deployment",
        (s: Draft) => s["agents"].push({ ...s["agents"][0], name: "other", deployment: "calculus-agent" }),
        /^agents\[1\]\.deployment: Deployment calculus-agent\/calculus-agent is already at agents\[0\]; expected another/,
    ],
])("refuses %s", (_what, change, message) => {
    expect(problems(change)).toContainEqual(expect.stringMatching(message));
});

it("says which nodes it does not find", async () => {
    const session = await openSession({
        projectDir: path.join(__dirname, ".."),
        stack: "maas-tutorial",
        faults: [parseFault("not-ready:Node/gpu")],
    });
    try {
        const { diagnostics, succeeded } = await session.up();
        expect(succeeded).toBe(false);
        expect(diagnostics.filter((d) => d.severity === "error").map((d) => d.message)).toEqual([
            expect.stringMatching(
                /pool gpu: 0 of 1 nodes have the labels node-role\.kubernetes\.io\/gpu= \(none\); correct existing\.nodeSelector or replicas/,
            ),
        ]);
    } finally {
        await session.close();
    }
});
