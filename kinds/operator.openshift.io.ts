/** Operands of OpenShift's own operators. */
import { z } from "zod";

import { dnsLabel, stringMap, unique } from "./common";
import { defineKind, definePatch } from "./kind";
import { condition } from "./readiness";

const logLevel = z.enum(["Normal", "Debug", "Trace", "TraceAll"]);

/** Fields that all operators of this API group have. */
const operatorSpec = z.strictObject({
    managementState: z.enum(["Managed", "Unmanaged"]),
    logLevel: logLevel.optional(),
    operatorLogLevel: logLevel.optional(),
});

/** LeaderWorkerSet's controller: workers of a model that span nodes. */
export const LeaderWorkerSetOperator = defineKind({
    apiVersion: "operator.openshift.io/v1",
    kind: "LeaderWorkerSetOperator",
    plural: "leaderworkersetoperators",
    scope: "Cluster",
    operator: "leader-worker-set",
    body: z.strictObject({ spec: operatorSpec }),
    names: ["cluster"],
    ready: [condition("Available")],
    source: "docs/sources/operators.md#leaderworkerset-operand",
});

/** The arguments of cert-manager's controller. The operator makes the object itself, so it is only patched. */
export const CertManagerPatch = definePatch({
    apiVersion: "operator.openshift.io/v1alpha1",
    kind: "CertManager",
    plural: "certmanagers",
    scope: "Cluster",
    operator: "openshift-cert-manager-operator",
    body: z.strictObject({
        spec: z.strictObject({
            // The operator refuses arguments that it does not know.
            controllerConfig: z.strictObject({ overrideArgs: z.array(z.string().startsWith("--")).min(1) }),
        }),
    }),
    names: ["cluster"],
    source: "docs/sources/openshift.md#cert-manager",
});

/** The certificate of every route that has none of its own: a TLS Secret in openshift-ingress. */
export const IngressControllerPatch = definePatch({
    apiVersion: "operator.openshift.io/v1",
    kind: "IngressController",
    plural: "ingresscontrollers",
    scope: "Namespaced",
    body: z.strictObject({ spec: z.strictObject({ defaultCertificate: z.strictObject({ name: dnsLabel }) }) }),
    names: ["default"],
    source: "docs/sources/openshift.md#router-certificate",
});

/** JobSet's controller: training jobs of several parts. */
export const JobSetOperator = defineKind({
    apiVersion: "operator.openshift.io/v1",
    kind: "JobSetOperator",
    plural: "jobsetoperators",
    scope: "Cluster",
    operator: "job-set",
    body: z.strictObject({ spec: operatorSpec }),
    // Earlier versions take another name, and the trainer then refuses to start.
    names: ["cluster"],
    ready: [condition("Available")],
    source: "docs/sources/operators.md#jobset-operand; openshift/jobset-operator@f9d991e0:manifests/jobset-operator.crd.yaml",
});

const egress = z.strictObject({
    to: z
        .array(z.strictObject({ namespaceSelector: z.strictObject({ matchLabels: stringMap }) }))
        .min(1)
        .optional(),
    ports: z.array(z.strictObject({ protocol: z.literal("TCP"), port: z.number().int().min(1).max(65535) })).min(1),
});

const externalSecretsConfig = {
    apiVersion: "operator.openshift.io/v1alpha1",
    kind: "ExternalSecretsConfig",
    plural: "externalsecretsconfigs",
    scope: "Cluster" as const,
    operator: "openshift-external-secrets-operator",
    body: z.strictObject({
        spec: z.strictObject({
            controllerConfig: z.strictObject({
                networkPolicies: unique(
                    z.strictObject({
                        name: dnsLabel,
                        componentName: z.literal("ExternalSecretsCoreController"),
                        egress: z.array(egress).min(1),
                    }),
                    (policy) => policy.name,
                ).max(50),
            }),
        }),
    }),
    names: ["cluster"],
    ready: [condition("Ready")],
    source: "docs/sources/identity.md#external-secrets",
};

/**
 * The controllers of External Secrets, in namespace external-secrets, and where they may connect to: everything but DNS and
 * the API server is closed to them otherwise. Entries can be added and changed, but never removed. `Ready` says that it was
 * applied, not that the Deployments are available.
 */
export const ExternalSecretsConfig = defineKind(externalSecretsConfig);

/** The same where somebody else runs the operator: one more way out for its controllers, which stays when the stack goes. */
export const ExternalSecretsConfigPatch = definePatch(externalSecretsConfig);
