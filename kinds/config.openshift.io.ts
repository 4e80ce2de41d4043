/** The configuration of OpenShift itself: singletons that the installer made. They are patched, never created. */
import { z } from "zod";

import { dnsLabel, hostname } from "./common";
import { definePatch } from "./kind";

/** Certificates that the API server shows to clients that ask for it by one of the names. The list is replaced as one. */
export const APIServerPatch = definePatch({
    apiVersion: "config.openshift.io/v1",
    kind: "APIServer",
    plural: "apiservers",
    scope: "Cluster",
    body: z.strictObject({
        spec: z.strictObject({
            servingCerts: z.strictObject({
                namedCertificates: z
                    .array(
                        z.strictObject({
                            // The installer's own name of the load balancer inside must keep its certificate: the nodes use it.
                            names: z
                                .array(
                                    hostname.refine((name) => !name.startsWith("api-int."), "api-int must keep its certificate"),
                                )
                                .min(1),
                            servingCertificate: z.strictObject({ name: dnsLabel }),
                        }),
                    )
                    .min(1)
                    .max(32),
            }),
        }),
    }),
    names: ["cluster"],
    source: "facts/platform.md 5.2, T-6",
});

/** The bundle of further authorities that the whole cluster trusts: a ConfigMap in openshift-config. */
export const ProxyPatch = definePatch({
    apiVersion: "config.openshift.io/v1",
    kind: "Proxy",
    plural: "proxies",
    scope: "Cluster",
    body: z.strictObject({ spec: z.strictObject({ trustedCA: z.strictObject({ name: dnsLabel }) }) }),
    names: ["cluster"],
    source: "facts/platform.md 5.3",
});
