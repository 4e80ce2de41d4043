import { problemsOf, shipped } from "../settings";

const base = shipped("code-assistant");
const problems = (change: object): string[] => problemsOf({ ...base, ...change });

describe("certificates", () => {
    it.each([{ privateCa: {} }, { letsEncrypt: { environment: "production" } }, { existing: { ingress: "wildcard" } }])(
        "are accepted: %j",
        (certificates) => expect(problems({ certificates })).toEqual([]),
    );

    it.each([
        [{}, /^certificates: expected exactly one of letsEncrypt, privateCa and existing/],
        [{ privateCa: {}, existing: { ingress: "x" } }, /^certificates: expected exactly one/],
        [{ existing: {} }, /^certificates\.existing: has no Secret/],
        [{ letsEncrypt: {} }, /^certificates\.letsEncrypt\.environment: .*staging/],
        [{ letsEncrypt: { environment: "prod" } }, /"prod" is not one of staging, production/],
        [{ privateCa: {}, apiHostname: "api-int.example.com" }, /the nodes use the certificate of api-int/],
        [
            {
                letsEncrypt: {
                    environment: "staging",
                    credentialsSecret: "x",
                    oidcProvider: "arn:aws:iam::123456789012:oidc-provider/a/b",
                },
            },
            /^certificates\.letsEncrypt\.credentialsSecret: excludes oidcProvider, because a role needs no key/,
        ],
    ])("are refused: %j", (certificates, message) => {
        expect(problems({ certificates })).toContainEqual(expect.stringMatching(message));
    });

    it("need the host of the API where it does not follow from the apps domain (T-1)", () => {
        const cluster = { ...base.cluster, domain: "prod.example.com", acceptFailing: ["apps-domain"] };
        expect(problems({ cluster, identity: {}, certificates: { privateCa: {} } })).toEqual([
            'certificates.apiHostname: is missing; it is required because the apps domain "prod.example.com" does not begin with "apps."',
        ]);
        expect(problems({ cluster, identity: {}, certificates: { privateCa: {}, apiServer: false } })).toEqual([]);
    });

    it("leave no gateway with the certificate that the router deletes", () => {
        const gateway = { certificateSecret: "router-certs-default" };
        expect(problems({ gateway })).toEqual([]);
        expect(problems({ gateway, certificates: { privateCa: {} } })).toEqual([
            'gateway.certificateSecret: the Ingress Operator deletes "router-certs-default" once the routes have another certificate; expected ingress-certs, or no value',
        ]);
    });
});

describe("observability", () => {
    it("is accepted with nothing said", () => expect(problems({ observability: {} })).toEqual([]));

    it.each([
        [{ metrics: { storageClass: "gp3" } }, /^observability\.metrics\.storageClass: has no effect without volumeGiB/],
        [{ alerts: { timeToFirstTokenSeconds: 2 } }, /^observability\.alerts\.timeToFirstTokenSeconds: /],
        [{ dashboard: true }, /^observability\.dashboard: unknown key; .*did you mean "dashboards"/],
    ])("is refused: %j", (observability, message) => {
        expect(problems({ observability })).toContainEqual(expect.stringMatching(message));
    });
});
