/** Certificates that the gateways serve, and the stack does not issue. */
import { added, changed, connect, failing, find, having, removed, wanted, withWorld } from "./support";

withWorld();

const OWN = { apiVersion: "v1", kind: "Secret", name: "router-certs-default", namespace: "openshift-ingress" };
const CONTROLLER = {
    apiVersion: "operator.openshift.io/v1",
    kind: "IngressController",
    name: "default",
    namespace: "openshift-ingress-operator",
};
const secret = (name: string): object => ({
    apiVersion: "v1",
    kind: "Secret",
    type: "kubernetes.io/tls",
    metadata: { name, namespace: "openshift-ingress" },
    data: { "tls.crt": "", "tls.key": "" },
});

it("is the router's own by default", async () => {
    expect(await find("gateway-certificate")).toMatchObject({
        status: "passed",
        found: "Secret router-certs-default in openshift-ingress",
    });
});

it("names the router's certificate where somebody has replaced its own", async () => {
    const run = (): Promise<unknown> => removed(OWN, () => find("gateway-certificate"));
    expect(
        await changed(CONTROLLER, (o) => (o.spec = { ...o.spec, defaultCertificate: { name: "company-certs" } }), run),
    ).toMatchObject({
        ...failing(/router-certs-default does not exist: the router serves company-certs$/),
        remedy: "set gateway.certificateSecret: company-certs, if it is valid for the host of the gateway",
    });
});

it("refuses nothing where the cluster does not tell why it is missing", async () => {
    const reader = await connect();
    const hidden = having(reader, {
        get: (kind, name) => (name === OWN.name ? Promise.resolve(undefined) : reader.get(kind, name)),
    });
    expect(await find("gateway-certificate", wanted(), () => Promise.resolve(hidden))).toMatchObject({
        status: "unknown",
        found: "Secret openshift-ingress/router-certs-default (gateway.certificateSecret) does not exist",
    });
});

it("looks for the Secrets that the settings name", async () => {
    const asked = wanted((s) => {
        s.gateway = {
            certificateSecret: "maas-certs",
            additionalHosts: [{ host: "inference.maas.apps.cluster.example.com", certificateSecret: "more-certs" }],
            inference: { certificateSecret: "inference-certs" },
        };
    });
    expect(await find("gateway-certificate", asked)).toMatchObject({
        status: "unknown",
        found:
            "Secret openshift-ingress/maas-certs (gateway.certificateSecret), Secret openshift-ingress/more-certs (gateway.additionalHosts[0].certificateSecret), " +
            "Secret openshift-ingress/inference-certs (gateway.inference.certificateSecret) does not exist",
    });
    const all = await added(secret("maas-certs"), () =>
        added(secret("more-certs"), () => added(secret("inference-certs"), () => find("gateway-certificate", asked))),
    );
    expect(all).toMatchObject({ status: "passed", found: "Secret maas-certs, more-certs, inference-certs in openshift-ingress" });
});

it.each<[string, (s: any) => unknown]>([
    ["gateway.issuer", (s) => (s.gateway = { issuer: { kind: "selfSigned" } })],
    ["certificates", (s) => (s.certificates = { privateCa: {} })],
    [
        "an issuer of the gateway of llm-d, and no tier",
        (s) => {
            Object.assign(s, { tiers: [], workspaces: undefined, identity: undefined });
            s.gateway = { inference: { issuer: { kind: "selfSigned" } } };
        },
    ],
])("looks for none with %s", async (_what, change) => {
    expect(await find("gateway-certificate", wanted(change))).toMatchObject({
        status: "passed",
        found: "the stack has no gateway, or issues its certificates",
    });
});
