import { apiHostname, managerArguments, servedSecrets } from "../../catalogue/certificates";

test.each([
    ["apps.acme.com", undefined, "api.acme.com"],
    ["apps.acme.com", "k8s.acme.com", "k8s.acme.com"],
    ["acme.com", undefined, undefined],
    ["myapps.acme.com", undefined, undefined],
])("of apps domain %s and API %s the host name is %s", (domain, given, expected) => {
    expect(apiHostname(domain, given)).toBe(expected);
});

test.each([
    [undefined, undefined, undefined],
    [{ apiServer: false, ingress: false }, undefined, undefined],
    [{ apiServer: true, ingress: false }, "api-certs", undefined],
    [{ apiServer: false, ingress: true }, undefined, "ingress-certs"],
    [{ apiServer: true, ingress: true, existing: { apiServer: "a", ingress: "b" } }, "a", "b"],
    [{ apiServer: true, ingress: true, existing: { ingress: "b" } }, undefined, "b"],
    [{ apiServer: false, ingress: false, existing: { apiServer: "a", ingress: "b" } }, undefined, undefined],
])("with %j the API server has the Secret %s, the routes %s", (choice, apiServer, ingress) => {
    expect(servedSecrets(choice)).toEqual({ apiServer, ingress });
});

test.each([
    [{}, []],
    [{ ownerReferences: true }, ["--enable-certificate-owner-ref"]],
    [{ letsEncrypt: {} }, ["--dns01-recursive-nameservers-only", "--dns01-recursive-nameservers=8.8.8.8:53,1.1.1.1:53"]],
    [
        { letsEncrypt: {}, ownerReferences: true },
        [
            "--dns01-recursive-nameservers-only",
            "--dns01-recursive-nameservers=8.8.8.8:53,1.1.1.1:53",
            "--enable-certificate-owner-ref",
        ],
    ],
])("with %j cert-manager gets %j", (settings, args) => {
    expect(managerArguments(settings)).toEqual(args);
});
