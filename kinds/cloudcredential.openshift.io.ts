/** Credentials of the cloud that OpenShift makes for a workload. */
import { z } from "zod";

import { dnsLabel, stringMap } from "./common";
import { defineKind } from "./kind";
import { jsonPath } from "./readiness";

/**
 * An IAM user with these rights, and its key in a Secret. Only for clusters whose credentials mode is `Mint`; it must be
 * in namespace openshift-cloud-credential-operator.
 */
export const CredentialsRequest = defineKind({
    apiVersion: "cloudcredential.openshift.io/v1",
    kind: "CredentialsRequest",
    plural: "credentialsrequests",
    scope: "Namespaced",
    body: z.strictObject({
        spec: z.strictObject({
            secretRef: z.strictObject({ name: dnsLabel, namespace: dnsLabel }),
            serviceAccountNames: z.array(dnsLabel).optional(),
            providerSpec: z.strictObject({
                apiVersion: z.literal("cloudcredential.openshift.io/v1"),
                kind: z.literal("AWSProviderSpec"),
                statementEntries: z
                    .array(
                        z.strictObject({
                            effect: z.enum(["Allow", "Deny"]),
                            action: z.array(z.string().min(1)).min(1),
                            // One string, where IAM's own policies also take a list.
                            resource: z.string().min(1),
                            policyCondition: z.record(z.string(), stringMap).optional(),
                        }),
                    )
                    .min(1),
            }),
        }),
    }),
    ready: [jsonPath(".status.provisioned", "true")],
    source: "docs/sources/openshift.md#cert-manager, docs/sources/aws.md#credential-modes",
});
