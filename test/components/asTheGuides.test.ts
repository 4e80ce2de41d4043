/** What stacks have because their documents have it: rights, issuers, metrics, sources of operators. */
import { removeStaleAuthorinos } from "../../components/gateway/staleAuthorino";
import { program } from "../../index";
import { deploy, type Deployment } from "../deployment";
import { byName, kinds } from "../governance/support";
import { type Draft, shipped } from "../settings";

async function planned(stack: string, change: (settings: Draft) => unknown = () => undefined): Promise<Deployment> {
    const settings = JSON.stringify(shipped(stack, change));
    const deployment = await deploy(program, { stack, preview: true, config: { "maas:settings": settings } });
    expect(deployment.errors).toEqual([]);
    return deployment;
}

const specOf = (deployment: Deployment, name: string): Draft => byName(deployment, name).inputs["spec"] as Draft;

describe("llm-d", () => {
    let deployment: Deployment;
    beforeAll(async () => {
        deployment = await planned("llm-d");
    });

    it("has both issuers of Let's Encrypt, and the certificates are from production", () => {
        expect(kinds(deployment, "ClusterIssuer").map((one) => one.inputs["metadata"].name)).toEqual([
            "letsencrypt-staging",
            "letsencrypt",
        ]);
        expect(specOf(deployment, "certificates-staging-issuer").acme.server).toBe(
            "https://acme-staging-v02.api.letsencrypt.org/directory",
        );
        expect(new Set(kinds(deployment, "Certificate").map((one) => one.inputs["spec"].issuerRef.name))).toEqual(
            new Set(["letsencrypt"]),
        );
    });

    it("has Secrets deleted with their Certificates", () => {
        expect(specOf(deployment, "certificates-manager-dns").controllerConfig.overrideArgs).toEqual([
            "--dns01-recursive-nameservers-only",
            "--dns01-recursive-nameservers=8.8.8.8:53,1.1.1.1:53",
            "--enable-certificate-owner-ref",
        ]);
    });

    it("collects the metrics that the alerts on certificates read, with rights for the platform's Prometheus", () => {
        const monitor = byName(deployment, "cert-manager-metrics-monitor");
        expect(monitor.inputs["metadata"]).toMatchObject({ name: "cert-manager", namespace: "cert-manager" });
        expect(monitor.inputs["spec"].endpoints).toEqual([
            { port: "tcp-prometheus-servicemonitor", interval: "30s", scheme: "http" },
        ]);
        const binding = byName(deployment, "cert-manager-metrics-reader-binding");
        expect(binding.inputs["subjects"]).toEqual([
            { kind: "ServiceAccount", name: "prometheus-k8s", namespace: "openshift-monitoring" },
        ]);
        expect(deployment.happensAfter(monitor, binding)).toBe(true);
        expect(deployment.happensAfter(monitor, byName(deployment, "operator-openshift-cert-manager-operator-installed"))).toBe(
            true,
        );
    });

    it("lets cert-manager's operator run on infra nodes", () => {
        expect(specOf(deployment, "operator-openshift-cert-manager-operator-subscription").config).toEqual({
            tolerations: [{ key: "node-role.kubernetes.io/infra", operator: "Exists" }],
        });
    });
});

it("tiers-3.3 counts usage by user, tier and model", async () => {
    const deployment = await planned("tiers-3.3");
    const policy = byName(deployment, "tier-scheme-telemetry");
    expect(policy.inputs["metadata"]).toMatchObject({ name: "user-group", namespace: "openshift-ingress" });
    expect(policy.inputs["spec"].metrics.default.labels).toEqual({
        tier: "auth.identity.tier",
        subscription: "auth.identity.tier",
        model: 'responseBodyJSON("/model")',
        user: "auth.identity.userid",
    });
});

describe("what settings add to code-assistant", () => {
    let deployment: Deployment;
    beforeAll(async () => {
        deployment = await planned("code-assistant", (s) => {
            s.gitops = true;
            s.connectivityLink = { replaceStaleAuthorino: true };
            s.operators = {
                nfd: {
                    source: { name: "mirror", namespace: "mirrors" },
                    tolerations: [{ key: "infra", value: "yes", effect: "NoExecute" }],
                },
                "openshift-cert-manager-operator": { existing: true },
            };
        });
    });

    it("gives Argo CD rights on what it may not write by itself", () => {
        const resources = (byName(deployment, "gitops-role").inputs["rules"] as Draft[]).flatMap((rule) => rule.resources);
        expect(resources).toEqual(
            expect.arrayContaining(["credentialsrequests", "servicemonitors", "clusterissuers", "certificates"]),
        );
        expect(byName(deployment, "gitops-binding").inputs["subjects"]).toEqual([
            {
                kind: "ServiceAccount",
                name: "openshift-gitops-argocd-application-controller",
                namespace: "openshift-gitops",
            },
        ]);
    });

    it("installs an operator from another catalogue, on tainted nodes", () => {
        const { source, sourceNamespace, config } = specOf(deployment, "operator-nfd-subscription");
        expect([source, sourceNamespace, config]).toEqual([
            "mirror",
            "mirrors",
            { tolerations: [{ key: "infra", operator: "Equal", value: "yes", effect: "NoExecute" }] },
        ]);
    });

    it("removes an old Authorino before Connectivity Link", () => {
        expect(
            deployment.happensAfter(
                byName(deployment, "operator-rhcl-operator-subscription"),
                byName(deployment, "stale-authorino-removed"),
            ),
        ).toBe(true);
    });

    it("leaves the metrics of somebody else's cert-manager alone", () => {
        expect(kinds(deployment, "ServiceMonitor")).toEqual([]);
    });

    it("lets the users of its tiers read the cluster", () => {
        expect(byName(deployment, "identity-readers").inputs["users"]).toEqual(["free-user", "premium-user", "enterprise-user"]);
        expect(byName(deployment, "identity-readers-binding").inputs).toMatchObject({
            roleRef: { kind: "ClusterRole", name: "cluster-reader" },
            subjects: [{ kind: "Group", name: "platform-readers" }],
        });
    });
});

it("an old Authorino is removed with its version, and others stay", async () => {
    const subscription = (name: string, spec: object, status?: object): Draft => ({
        metadata: { name, namespace: "openshift-operators" },
        spec,
        status,
    });
    const all = [
        subscription(
            "authorino",
            { name: "authorino-operator", channel: "tech-preview-v1" },
            { installedCSV: "authorino-operator.v1.1.3" },
        ),
        subscription("stable", { name: "authorino-operator", channel: "stable" }),
        subscription("other", { name: "limitador-operator", channel: "tech-preview-v1" }),
    ];
    const deleted: string[] = [];
    await removeStaleAuthorinos({
        list: () => Promise.resolve(all),
        delete: ({ plural, namespace }, name) => {
            deleted.push(`${plural} ${namespace}/${name}`);
            return Promise.resolve();
        },
    });
    expect(deleted).toEqual([
        "subscriptions openshift-operators/authorino",
        "clusterserviceversions openshift-operators/authorino-operator.v1.1.3",
    ]);
});
