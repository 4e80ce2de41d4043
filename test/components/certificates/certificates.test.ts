import { certificatesIn, withAuthorities } from "../../../components/certificates/bundle";
import { foreignCertificates } from "../../../components/certificates/checks";
import { judgeCertificate } from "../../../components/certificates/issued";
import { kubeconfigAdvice } from "../../../components/certificates/kubeconfig";
import { apiHostname, servedSecrets } from "../../../catalogue/certificates";
import { rolloutState } from "../../../components/rollout";
import { mintProblem, route53Statements, stsProblem } from "../../../components/certificates/route53Policy";
import type { KubeObject } from "../../../components/kube";
import { certificatesSchema } from "../../../stacks/schema/certificates";

const pem = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`;
const object = (fields: object): KubeObject => ({ metadata: { name: "cluster" }, ...fields });

describe("a bundle of authorities", () => {
    it("gets another one behind what exists, byte for byte", () => {
        const theirs = `# the proxy of the house\n${pem("THEIRS")}`;
        expect(withAuthorities(theirs, [pem("OURS")])).toBe(`${theirs}\n${pem("OURS")}\n`);
        expect(withAuthorities("", [pem("OURS")])).toBe(`${pem("OURS")}\n`);
    });

    it("stays as it is when the authority exists, whatever its line ends", () => {
        const bundle = `${pem("THEIRS")}\r\n${pem("OURS").replace(/\n/g, "\r\n")}\r\n`;
        expect(withAuthorities(bundle, [pem("OURS")])).toBe(bundle);
        expect(certificatesIn(bundle)).toEqual([pem("THEIRS"), pem("OURS")]);
    });

    it("ends with a certificate: the cluster refuses what stands behind the last", () => {
        expect(withAuthorities(pem("A"), [pem("B"), pem("C")])).toMatch(/-----END CERTIFICATE-----\n$/);
    });
});

describe("the kubeconfig after the API server's certificate has changed (T-7)", () => {
    const host = "api.cluster.example.com";
    const server = `https://${host}:6443`;

    it("stops working when it asks for the name whose certificate changes", () => {
        expect(kubeconfigAdvice({ name: "prod", server }, host)).toMatch(
            /oc config set-cluster prod --tls-server-name=api-int\.cluster\.example\.com/,
        );
    });

    it.each([
        ["it asks for the name inside", { name: "prod", server, tlsServerName: "api-int.cluster.example.com" }],
        ["it trusts anybody", { name: "prod", server, skipTLSVerify: true }],
        ["it goes another way", { name: "prod", server: "https://10.0.0.1:6443" }],
        ["it goes without TLS", { name: "prod", server: "http://127.0.0.1:8001" }],
    ])("goes on to work when %s", (_, access) => {
        expect(kubeconfigAdvice(access, host)).toBeUndefined();
    });
});

describe("a rollout", () => {
    const operator = (progressing: string, degraded = "False", at = "2026-01-01T00:10:00Z"): KubeObject =>
        object({
            status: {
                conditions: [
                    { type: "Available", status: "True" },
                    { type: "Progressing", status: progressing, lastTransitionTime: at, message: "2 of 3 nodes" },
                    { type: "Degraded", status: degraded, message: "secret not found" },
                ],
            },
        });
    const since = Date.parse("2026-01-01T00:09:59.900Z");

    it("has not begun when the operator has not moved since", () => {
        expect(rolloutState(operator("False", "False", "2026-01-01T00:00:00Z"), since)).toMatchObject({ began: false });
        expect(rolloutState(undefined, since)).toMatchObject({ began: false, settled: false });
    });

    it("is under way, and then over", () => {
        expect(rolloutState(operator("True"), since)).toMatchObject({ began: true, settled: false });
        expect(rolloutState(operator("False"), since)).toMatchObject({ began: true, settled: true });
    });

    it("is never over while the operator is degraded, and says why", () => {
        expect(rolloutState(operator("False", "True"), since)).toEqual({
            began: true,
            settled: false,
            seen: "Degraded=True (secret not found)",
        });
    });
});

it("a certificate fails at once when its order failed, and only then", () => {
    const issuing = { type: "Issuing", status: "True", reason: "DoesNotExist", message: "Issuing" };
    expect(judgeCertificate([issuing, { type: "Ready", status: "False" }])).toBeUndefined();
    expect(judgeCertificate([issuing, { type: "Ready", status: "True" }])).toBe("ready");
    expect(judgeCertificate([{ ...issuing, status: "False", reason: "Failed", message: "order is invalid" }])).toEqual({
        failed: "order is invalid",
    });
});

it("certificates of somebody else are told by name (T-6)", () => {
    const apiServer = object({
        spec: {
            servingCerts: {
                namedCertificates: [
                    { names: ["api.cluster.example.com"], servingCertificate: { name: "api-certs" } },
                    { names: ["api.corp.example.com"], servingCertificate: { name: "corp" } },
                ],
            },
        },
    });
    expect(foreignCertificates(apiServer, ["api-certs"])).toEqual(["corp for api.corp.example.com"]);
    expect(foreignCertificates(object({ spec: {} }), [])).toEqual([]);
});

describe("credentials for Route 53", () => {
    const cloud = (credentialsMode: string): KubeObject => object({ spec: { credentialsMode } });

    it("are minted where the cluster mints, and refused elsewhere with what to set", () => {
        expect([mintProblem(cloud("")), mintProblem(cloud("Mint"))]).toEqual([undefined, undefined]);
        expect(mintProblem(cloud("Manual"))).toMatch(/mode is Manual.*oidcProvider/);
        expect(mintProblem(cloud("Passthrough"))).toMatch(/many more permissions.*credentialsSecret/);
    });

    it("of a role need the cluster's own OIDC provider", () => {
        const authentication = object({ spec: { serviceAccountIssuer: "https://oidc.example.com/abc" } });
        expect(stsProblem(authentication, "https://oidc.example.com/abc")).toBeUndefined();
        expect(stsProblem(authentication, "https://oidc.example.com/xyz")).toMatch(
            /issuer of the cluster's service accounts is https:\/\/oidc\.example\.com\/abc/,
        );
        expect(stsProblem(object({ spec: {} }), "https://oidc.example.com/xyz")).toMatch(/remove oidcProvider/);
    });

    it("reach TXT records of one zone and no other, when the zone is given", () => {
        const statements = route53Statements("Z0123456789ABC");
        expect(statements.map((s) => s.resource)).toEqual([
            "arn:aws:route53:::change/*",
            "arn:aws:route53:::hostedzone/Z0123456789ABC",
            "arn:aws:route53:::hostedzone/Z0123456789ABC",
        ]);
        expect(statements.filter((s) => s.actions.includes("route53:ChangeResourceRecordSets"))).toEqual([
            expect.objectContaining({
                condition: { "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": "TXT" } },
            }),
        ]);
        expect(route53Statements(undefined).flatMap((s) => s.actions)).toContain("route53:ListHostedZonesByName");
    });
});

describe("names", () => {
    it("the API's host follows from the apps domain, or is given (T-1)", () => {
        expect(apiHostname("apps.prod.example.com", undefined)).toBe("api.prod.example.com");
        expect(apiHostname("apps.prod.example.com", "k8s.example.com")).toBe("k8s.example.com");
        expect(apiHostname("prod.example.com", undefined)).toBeUndefined();
    });

    it("the Secrets are those that are issued, those that are named, or none (T-32)", () => {
        const of = (settings: unknown) => servedSecrets(certificatesSchema.parse(settings));
        expect(of({ privateCa: {} })).toEqual({ apiServer: "api-certs", ingress: "ingress-certs" });
        expect(of({ privateCa: {}, apiServer: false })).toEqual({ apiServer: undefined, ingress: "ingress-certs" });
        expect(of({ existing: { ingress: "wildcard" } })).toEqual({ apiServer: undefined, ingress: "wildcard" });
        expect(servedSecrets(undefined)).toEqual({ apiServer: undefined, ingress: undefined });
    });
});
