/** The authority of a gateway among those that OpenShift AI's components trust. */
import { trust } from "../../components/openshiftai/trustedGateway";

const AUTHORITY = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
const OTHER = "-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----";
const NAMESPACE = "redhat-ods-applications";
const authority = { name: "maas-default-gateway-authority", namespace: "openshift-ingress", key: "tls.crt" } as const;
const beside = { name: "maas-gateway-tls", namespace: "openshift-ingress", key: "ca.crt" } as const;

/** A cluster of few objects, by plural and name, whose operator distributes what the DSCInitialization says. */
class Cluster {
    readonly patches: [kind: string, patch: any][] = [];
    distributes = true;

    constructor(readonly objects: Record<string, any>) {}

    readonly kube: any = {
        now: () => Promise.resolve(0),
        get: ({ plural }: { plural: string }, name: string) => Promise.resolve(this.objects[`${plural}/${name}`]),
        until: async ({ plural }: { plural: string }, name: string, judge: (object: unknown) => unknown) =>
            judge(this.objects[`${plural}/${name}`]),
        patch: ({ plural }: { plural: string }, name: string, patch: any) => {
            this.patches.push([plural, patch]);
            if (plural === "dscinitializations" && this.distributes) {
                this.objects[`${plural}/${name}`] = patch;
                const data = { "odh-ca-bundle.crt": `${patch.spec.trustedCABundle.customCABundle}\n` };
                this.objects["configmaps/odh-trusted-ca-bundle"] = { data };
            }
            return Promise.resolve();
        },
    };
}

const secret = (data: Record<string, string>): object => ({
    data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")])),
});
const dsci = (trustedCABundle: object): object => ({ spec: { trustedCABundle } });
const fresh = (): Record<string, any> => ({
    "secrets/maas-default-gateway-authority": secret({ "tls.crt": `${AUTHORITY}\n`, "tls.key": "secret" }),
    "dscinitializations/default-dsci": dsci({ managementState: "Managed", customCABundle: "" }),
});

it("is written beside the certificates of the settings before the dashboard starts, and no key with it", async () => {
    const cluster = new Cluster(fresh());
    await trust(cluster.kube, { secret: authority, namespace: NAMESPACE, certificates: `${OTHER}\n` });
    expect(cluster.patches).toEqual([
        ["dscinitializations", dsci({ managementState: "Managed", customCABundle: `${OTHER}\n${AUTHORITY}` })],
    ]);
});

it("restarts a dashboard that runs already, and the second time changes nothing", async () => {
    const cluster = new Cluster({ ...fresh(), "deployments/rhods-dashboard": {} });
    await trust(cluster.kube, { secret: authority, namespace: NAMESPACE });
    await trust(cluster.kube, { secret: authority, namespace: NAMESPACE });
    expect(cluster.patches.map(([kind]) => kind)).toEqual(["dscinitializations", "deployments", "deployments"]);
    expect(cluster.patches[1]).toEqual(cluster.patches[2]);
});

it("does not exist beside a certificate of a public authority: nothing is written", async () => {
    const cluster = new Cluster({ ...fresh(), "secrets/maas-gateway-tls": secret({ "tls.crt": OTHER, "ca.crt": "" }) });
    await trust(cluster.kube, { secret: beside, namespace: NAMESPACE });
    expect(cluster.patches).toEqual([]);
    cluster.objects["secrets/maas-gateway-tls"] = secret({ "tls.crt": OTHER, "ca.crt": AUTHORITY });
    await trust(cluster.kube, { secret: beside, namespace: NAMESPACE });
    expect(cluster.patches[0]![1].spec.trustedCABundle.customCABundle).toBe(AUTHORITY);
});

it.each<[string, (cluster: Cluster) => unknown, RegExp]>([
    [
        "no authority",
        (c) => delete c.objects["secrets/maas-default-gateway-authority"],
        /Secret openshift-ingress\/maas-default-gateway-authority holds no certificate/,
    ],
    [
        "no DSCInitialization",
        (c) => delete c.objects["dscinitializations/default-dsci"],
        /DSCInitialization default-dsci does not exist after 10 minutes/,
    ],
    [
        "no distribution",
        (c) => (c.distributes = false),
        /ConfigMap redhat-ods-applications\/odh-trusted-ca-bundle has not got the gateway's authority/,
    ],
])("%s is told", async (_, change, message) => {
    const cluster = new Cluster(fresh());
    change(cluster);
    await expect(trust(cluster.kube, { secret: authority, namespace: NAMESPACE })).rejects.toThrow(message);
});
