/** Settings of OpenShift AI, Kueue and MetalLB that are refused. */
import { fieldOf } from "../../catalogue/openshiftai/aiComponents";
import { refusedDashboardFlags } from "../../kinds/opendatahub.io";
import { parseSettings } from "../../stacks/settings";
import { changedEverything } from "../everything";
import { shipped, withOneModel } from "../settings";

const base: Record<string, unknown> = withOneModel(shipped("code-assistant"));

const problemsOf = (change: Record<string, unknown>): string => {
    try {
        parseSettings("test", { ...base, ...change });
        return "";
    } catch (e) {
        return (e as Error).message;
    }
};

describe("settings that are refused", () => {
    it.each<[string, Record<string, unknown>, RegExp]>([
        [
            "a component that the release does not have",
            { openshiftAi: { components: { mcpLifecycle: true } } },
            /openshiftAi\.components\.mcpLifecycle: release 3\.4 does not have it; expected false, or release 3\.5/,
        ],
        [
            "Kueue as a component of its own",
            { openshiftAi: { components: { kueue: true } } },
            /openshiftAi\.components\.kueue: the product does not manage Kueue/,
        ],
        [
            "Models-as-a-Service as a component of its own",
            { openshiftAi: { components: { modelsAsService: true } } },
            /openshiftAi\.components\.modelsAsService: tiers enable or disable it/,
        ],
        [
            "a registry whose component is off",
            { openshiftAi: { components: { modelRegistry: false }, modelRegistry: {} } },
            /openshiftAi\.modelRegistry: needs its component, which is disabled \(components\.modelRegistry: false\)/,
        ],
        [
            "MLflow whose component is off",
            { openshiftAi: { components: { mlflow: false }, mlflow: {} } },
            /openshiftAi\.mlflow: needs its component, which is disabled \(components\.mlflow: false\)/,
        ],
        [
            "a flag of the dashboard that 3.5 no longer lets change",
            { release: "3.5", openshiftAi: { dashboard: { flags: { maasAuthPolicies: true } } } },
            /openshiftAi\.dashboard\.flags\.maasAuthPolicies: release 3\.5 does not let it be set; expected no value, or release 3\.4/,
        ],
        [
            "a project without storage",
            { openshiftAi: { projects: [{ name: "science", storage: {} }] } },
            /openshiftAi\.projects\[0\]\.storage: has neither; expected bucket, or existing/,
        ],
        [
            "a project with two storages",
            {
                openshiftAi: {
                    projects: [
                        {
                            name: "science",
                            storage: { bucket: {}, existing: { endpoint: "https://s3.example.com", bucket: "abc", secret: "s" } },
                        },
                    ],
                },
            },
            /openshiftAi\.projects\[0\]\.storage: has both bucket and existing; expected one of them/,
        ],
        [
            "a pipeline server without pipelines",
            { openshiftAi: { projects: [{ name: "science", storage: { bucket: {} }, pipelines: {} }] } },
            /openshiftAi\.projects\[0\]\.pipelines: needs AI pipelines, which are disabled .*; expected openshiftAi\.components\.pipelines: true/,
        ],
        [
            "an address with the bucket in it",
            {
                openshiftAi: {
                    projects: [
                        {
                            name: "science",
                            storage: { existing: { endpoint: "https://s3.example.com/b", bucket: "abc", secret: "s" } },
                        },
                    ],
                },
            },
            /openshiftAi\.projects\[0\]\.storage\.existing\.endpoint: .*expected the address of the S3 server without bucket and path/,
        ],
        [
            "two projects of one name",
            { openshiftAi: { projects: ["a", "a"].map(() => ({ name: "science", storage: { bucket: {} } })) } },
            /openshiftAi\.projects\[1\]\.name: "science" is already at openshiftAi\.projects\[0\]\.name; expected another/,
        ],
        [
            "a project in a namespace of OpenShift",
            { openshiftAi: { projects: [{ name: "openshift-ai", storage: { bucket: {} } }] } },
            /openshiftAi\.projects\[0\]\.name: "openshift-ai" belongs to OpenShift/,
        ],
        [
            "switches of a dashboard that is off",
            { openshiftAi: { components: { dashboard: false }, dashboard: {} } },
            /openshiftAi\.dashboard: needs the dashboard, which is disabled \(components\.dashboard: false\)/,
        ],
        [
            "alerts without metrics",
            { openshiftAi: { monitoring: { alerting: true } } },
            /openshiftAi\.monitoring\.alerting: needs metrics/,
        ],
        [
            "collectors of nothing",
            { openshiftAi: { monitoring: { collectorReplicas: 2 } } },
            /openshiftAi\.monitoring\.collectorReplicas: needs metrics or traces to collect/,
        ],
        [
            "a bucket without its Secret",
            { openshiftAi: { monitoring: { traces: { storage: { backend: "s3" } } } } },
            /openshiftAi\.monitoring\.traces\.storage\.secret: is missing/,
        ],
        [
            "early access of another version",
            { openshiftAi: { profile: "early-access" }, operators: { "rhods-operator": { csv: "rhods-operator.3.4.1" } } },
            /openshiftAi\.profile: early-access selects channel and version, and operators\.rhods-operator \(csv\)/,
        ],
        [
            "early access of what is somebody else's",
            { openshiftAi: { profile: "early-access" }, operators: { "rhods-operator": { existing: true } } },
            /openshiftAi\.profile: early-access selects the version to install/,
        ],
        [
            "a queue for the models",
            { kueue: { namespaces: ["maas"] } },
            /kueue\.namespaces\[0\]: "maas" is the namespace of the models/,
        ],
        [
            "a namespace twice",
            { kueue: { namespaces: ["a", "a"] } },
            /kueue\.namespaces\[1\]: "a" is already at kueue\.namespaces\[0\]/,
        ],
        [
            "a range that ends before it begins",
            { metallb: { pools: [{ name: "a", addresses: ["192.0.2.20-192.0.2.10"] }] } },
            /metallb\.pools\[0\]\.addresses\[0\]: the range 192\.0\.2\.20-192\.0\.2\.10 ends before it begins/,
        ],
        [
            "addresses that are none",
            { metallb: { pools: [{ name: "a", addresses: ["192.0.2.300"] }] } },
            /metallb\.pools\[0\]\.addresses\[0\]: expected a network such as/,
        ],
        [
            "a pool of addresses twice",
            { metallb: { pools: ["a", "a"].map((name) => ({ name, addresses: ["192.0.2.0/28"] })) } },
            /metallb\.pools\[1\]\.name: "a" is already at metallb\.pools\[0\]\.name/,
        ],
        [
            "a switch that is misspelt",
            { openshiftAi: { dashboard: { flags: { genAIStudio: true } } } },
            /openshiftAi\.dashboard\.flags\.genAIStudio: unknown key; .*did you mean "genAiStudio"\?/,
        ],
    ])("%s", (_what, change, message) => {
        expect(problemsOf(change)).toMatch(message);
    });

    it.each(Object.entries(refusedDashboardFlags))("the dashboard's %s: the API server refuses it", (flag, why) => {
        const message = problemsOf({ openshiftAi: { dashboard: { flags: { [flag]: true } } } });
        expect(message).toContain(`openshiftAi.dashboard.flags.${flag}: ${why}`);
    });

    it("not the nearest that are right", () => {
        expect(problemsOf(changedEverything)).toBe("");
        expect(problemsOf({ openshiftAi: { dashboard: { flags: { maasAuthPolicies: false } } } })).toBe("");
        expect(problemsOf({ release: "3.5", openshiftAi: { components: { mcpLifecycle: true, batchGateway: true } } })).toBe("");
        expect(fieldOf("3.5", "llamaStack")).toBe("ogx");
    });
});
