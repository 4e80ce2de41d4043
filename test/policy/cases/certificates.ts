/** Cases of the rules about certificates and TLS. */
import type { Subject } from "../judge";
import { type Case, k, UNKNOWN } from "./case";

const CERT = "service.beta.openshift.io/serving-cert-secret-name";

/** A Route to the Service of the gateway. */
const routeTo = (
    name: string,
    termination: string,
    { to = "g-openshift-default", namespace = "openshift-ingress" } = {},
): Subject =>
    k("route.openshift.io/v1:Route", name, {
        metadata: { name, namespace },
        spec: { to: { kind: "Service", name: to }, tls: { termination } },
    });

export const certificates: Readonly<Record<string, Case>> = {
    "gateway-keeps-its-certificate": {
        silent: /^0\.metadata\.name$/,
        good: () => [
            k("gateway.networking.k8s.io/v1:Gateway", "gateway", {
                metadata: { name: "g", namespace: "openshift-ingress" },
                spec: { listeners: [{ name: "https", tls: { certificateRefs: [{ name: "certs" }] } }] },
            }),
            k("core/v1:ConfigMap", "parameters", {
                metadata: { name: "p", namespace: "openshift-ingress" },
                data: { service: "spec:\n  type: ClusterIP\n" },
            }),
        ],
        broken: [
            {
                what: "its parameters ask for it, and one of its Routes hands it on",
                change: (all) => {
                    all[1].props.data.service = `metadata:\n  annotations:\n    ${CERT}: certs\n`;
                    all.push(routeTo("one", "reencrypt"), routeTo("two", "passthrough"));
                },
                says: /^parameters: service-ca will overwrite Secret certs/,
            },
            {
                what: "its parameters ask for it, and the Routes are another gateway's",
                change: (all) => {
                    all[1].props.data.service = `metadata:\n  annotations:\n    ${CERT}: certs\n`;
                    all.push(
                        routeTo("one", "reencrypt", { to: "h-openshift-default" }),
                        routeTo("two", "reencrypt", { namespace: "n" }),
                    );
                },
                says: /overwrite Secret certs/,
            },
            {
                what: "a Service asks for that of another namespace",
                change: (all) => {
                    all[0].props.spec.listeners[0].tls.certificateRefs[0].namespace = "certificates";
                    all.push(
                        k("core/v1:Service", "svc", {
                            metadata: { namespace: "certificates", annotations: { [CERT]: "certs" } },
                        }),
                    );
                },
                says: /^svc: service-ca will overwrite Secret certs, which Gateway openshift-ingress\/g presents to clients; remove the annotation or name another Secret$/,
            },
            {
                what: "its parameters ask for it",
                change: ([, c]) => (c.props.data.service = `metadata:\n  annotations:\n    ${CERT}: certs\n`),
                says: /^parameters: service-ca will overwrite Secret certs, which Gateway openshift-ingress\/g presents to clients/,
            },
            {
                what: "its parameters ask for it in JSON",
                change: ([, c]) => (c.props.data.service = JSON.stringify({ metadata: { annotations: { [CERT]: "certs" } } })),
                says: /overwrite Secret certs/,
            },
            {
                what: "a Service asks for it",
                change: (all) =>
                    all.push(
                        k("core/v1:Service", "svc", {
                            metadata: { namespace: "openshift-ingress", annotations: { [CERT]: "certs" } },
                        }),
                    ),
                says: /^svc: service-ca will overwrite/,
            },
        ],
        accepted: [
            {
                what: "another Secret",
                change: ([, c]) => (c.props.data.service = `metadata:\n  annotations:\n    ${CERT}: others\n`),
            },
            {
                what: "another namespace",
                change: (all) =>
                    all.push(k("core/v1:Service", "svc", { metadata: { namespace: "n", annotations: { [CERT]: "certs" } } })),
            },
            {
                what: "its parameters ask for it, and its Route alone sees it",
                change: (all) => {
                    all[1].props.data.service = `metadata:\n  annotations:\n    ${CERT}: certs\n`;
                    all.push(routeTo("one", "reencrypt"), routeTo("other", "edge", { to: "web" }));
                },
            },
            {
                what: "a Service, while neither its namespace nor the gateway's is known",
                change: (all) => {
                    all[0].props.metadata.namespace = UNKNOWN;
                    all.push(k("core/v1:Service", "svc", { metadata: { namespace: UNKNOWN, annotations: { [CERT]: "certs" } } }));
                },
            },
            {
                what: "a Service that asks for nothing, while the Secret of the listener is not known",
                change: (all) => {
                    all[0].props.spec.listeners[0].tls.certificateRefs[0].name = UNKNOWN;
                    all.push(k("core/v1:Service", "svc", { metadata: { namespace: "openshift-ingress" } }));
                },
            },
            ...(
                [
                    ["it is not known what its Route does with TLS", () => [routeTo("one", UNKNOWN)]],
                    ["it is not known where its Route leads", () => [routeTo("one", "reencrypt", { to: UNKNOWN })]],
                    ["it is not known where its Route is", () => [routeTo("one", "reencrypt", { namespace: UNKNOWN })]],
                    [
                        "it is not known where a Route that hands it on leads",
                        () => [routeTo("one", "reencrypt"), routeTo("two", "passthrough", { to: UNKNOWN })],
                    ],
                    [
                        "it is not known where a Route that hands it on is",
                        () => [routeTo("one", "reencrypt"), routeTo("two", "passthrough", { namespace: UNKNOWN })],
                    ],
                    [
                        "its own name is not known",
                        (gateway) => (
                            (gateway.props.metadata.name = UNKNOWN),
                            [routeTo("one", "reencrypt", { to: "h-openshift-default" })]
                        ),
                    ],
                    [
                        "its own namespace is not known",
                        (gateway) => {
                            gateway.props.metadata.namespace = UNKNOWN;
                            gateway.props.spec.listeners[0].tls.certificateRefs[0].namespace = "openshift-ingress";
                            return [routeTo("one", "reencrypt")];
                        },
                    ],
                ] as const satisfies readonly (readonly [string, (gateway: any) => Subject[]])[]
            ).map(([what, routes]) => ({
                what: `its parameters ask for it, while ${what}`,
                change: (all: any[]) => {
                    all[1].props.data.service = `metadata:\n  annotations:\n    ${CERT}: certs\n`;
                    all.push(...routes(all[0]));
                },
            })),
        ],
    },
    "routes-refuse-plain-http": {
        good: () => [
            k("route.openshift.io/v1:Route", "route", {
                spec: { tls: { termination: "edge", insecureEdgeTerminationPolicy: "Redirect" } },
            }),
        ],
        broken: [
            {
                what: "no TLS",
                change: ([r]) => delete r.props.spec.tls,
                says: /^route: spec\.tls: not set, so the Route accepts plain HTTP; set a termination$/,
            },
            {
                what: "Allow",
                change: ([r]) => (r.props.spec.tls.insecureEdgeTerminationPolicy = "Allow"),
                says: /^route: spec\.tls\.insecureEdgeTerminationPolicy: Allow accepts plain HTTP/,
            },
        ],
        accepted: [{ what: "the default, None", change: ([r]) => delete r.props.spec.tls.insecureEdgeTerminationPolicy }],
    },
};
