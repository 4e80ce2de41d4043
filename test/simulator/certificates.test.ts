/** The certificates of the simulated cluster are real: programs read them and connect by them. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import * as https from "node:https";
import type { AddressInfo } from "node:net";

import { simulatedAuthority, simulatedCertificate } from "../../rehearsal/cluster/certificate";
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { installCertManager, ref, Stage } from "./support";

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n/g;

let stage: Stage;
afterEach(() => stage?.close());

const decoded = (secret: KubeObject, key: string): string =>
    Buffer.from((secret["data"] as Record<string, string>)[key]!, "base64").toString();

const configMap = (name: string): KubeObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "default", annotations: { "service.beta.openshift.io/inject-cabundle": "true" } },
});

test("the service CA's certificate serves, and the authority that it injects is all that a client needs", async () => {
    stage = await Stage.open();
    await stage.create(configMap("trust"), {
        apiVersion: "v1",
        kind: "Service",
        metadata: {
            name: "api",
            namespace: "default",
            annotations: { "service.beta.openshift.io/serving-cert-secret-name": "api-tls" },
        },
        spec: { ports: [{ port: 443 }] },
    });
    const trusted = (await stage.until(ref("v1", "ConfigMap", "trust", "default"), (c) => c["data"] !== undefined))[
        "data"
    ] as Record<string, string>;
    const secret = await stage.until(ref("v1", "Secret", "api-tls", "default"), () => true);
    const [served, behind] = decoded(secret, "tls.crt").match(BLOCK)!;
    // The authority stands behind the certificate, as the service CA writes it.
    expect(behind).toBe(trusted["service-ca.crt"]);
    const leaf = new X509Certificate(served!);
    const authority = new X509Certificate(behind!);
    expect(leaf.subjectAltName).toBe("DNS:api.default.svc, DNS:api.default.svc.cluster.local");
    expect([authority.ca, leaf.ca, leaf.checkIssued(authority), leaf.verify(authority.publicKey)]).toEqual([
        true,
        false,
        true,
        true,
    ]);
    expect(leaf.checkPrivateKey(createPrivateKey(decoded(secret, "tls.key")))).toBe(true);

    const server = https.createServer({ cert: decoded(secret, "tls.crt"), key: decoded(secret, "tls.key") }, (_, r) => r.end());
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    const answer = (ca: string): Promise<number | string | undefined> =>
        new Promise((resolve) =>
            https
                .get({ host: "127.0.0.1", port, servername: "api.default.svc", ca, agent: false }, (r) =>
                    resolve(r.resume().statusCode),
                )
                .on("error", (error: NodeJS.ErrnoException) => resolve(error.code)),
        );
    try {
        expect(await answer(trusted["service-ca.crt"]!)).toBe(200);
        expect(await answer(simulatedAuthority("another").cert)).toBe("SELF_SIGNED_CERT_IN_CHAIN");
    } finally {
        server.close();
    }
});

test("a program can read every certificate and authority of a fresh cluster", async () => {
    stage = await Stage.open();
    await stage.pass(60);
    const objects = [
        ...(await stage.cluster.list("v1", "ConfigMap")).flatMap((object) => Object.values((object["data"] ?? {}) as object)),
        ...(await stage.cluster.list("v1", "Secret")).flatMap((object) =>
            Object.keys((object["data"] ?? {}) as object).map((key) => decoded(object, key)),
        ),
    ] as string[];
    const subjects = objects.flatMap((text) => text.match(BLOCK) ?? []).map((pem) => new X509Certificate(pem).subject);
    expect([...new Set(subjects)].sort()).toEqual([
        "CN=*.apps.cluster.example.com",
        "CN=openshift-service-serving-signer",
        "CN=rehearsal",
    ]);
});

test("cert-manager's authority signs what its issuer issues", async () => {
    stage = await Stage.open();
    await installCertManager(stage);
    const certificate = (name: string, spec: object): KubeObject => ({
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: { name, namespace: "cert-manager" },
        spec: { secretName: `${name}-tls`, ...spec },
    });
    const issuer = (name: string, spec: object): KubeObject => ({
        apiVersion: "cert-manager.io/v1",
        kind: "ClusterIssuer",
        metadata: { name },
        spec,
    });
    const by = (name: string) => ({ issuerRef: { kind: "ClusterIssuer", name } });
    await stage.create(
        issuer("self", { selfSigned: {} }),
        certificate("root", { isCA: true, commonName: "house", ...by("self") }),
        issuer("house", { ca: { secretName: "root-tls" } }),
        certificate("app", { dnsNames: ["app.example.com", "*.app.example.com"], ...by("house") }),
    );
    const root = await stage.until(ref("v1", "Secret", "root-tls", "cert-manager"), () => true);
    const app = await stage.until(ref("v1", "Secret", "app-tls", "cert-manager"), () => true);
    expect(decoded(app, "ca.crt")).toBe(decoded(root, "tls.crt"));
    const [authority, leaf] = [root, app].map((secret) => new X509Certificate(decoded(secret, "tls.crt")));
    expect(authority!.subject).toBe("CN=house");
    expect(leaf!.verify(authority!.publicKey)).toBe(true);
    expect(leaf!.subjectAltName).toBe("DNS:app.example.com, DNS:*.app.example.com");
});

test("the same names give the same bytes, others other keys", () => {
    const [one, same, other] = ["a", "a", "b"].map((name) => simulatedAuthority(name));
    expect(one).toEqual(same);
    expect(one!.key).not.toBe(other!.key);
    expect(simulatedCertificate(["x"], one!)).toEqual(simulatedCertificate(["x"], same!));
    expect(simulatedCertificate(["x"], one!).key).not.toBe(simulatedCertificate(["y"], one!).key);
});
