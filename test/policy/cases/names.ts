/** Cases of the rule about names that are written into the products. */
import type { Subject } from "../judge";
import { type Case, gatewayOf, k, nodes, UNKNOWN } from "./case";

/** A further tenant of later releases, and a subscription within it. */
const tenant = (name: string): Subject => k("maas.opendatahub.io/v1alpha1:AITenant", name, { metadata: { name } });
const tenancy = (namespace: string): Subject =>
    k("maas.opendatahub.io/v1alpha1:MaaSSubscription", "tier", { metadata: { name: "free", namespace } });

export const names: Readonly<Record<string, Case>> = {
    "hard-wired-names": {
        may: ["redhat-ods-operator", "b", "ab"],
        good: () => [
            k("kuadrant.io/v1beta1:Kuadrant", "kuadrant", { metadata: { name: "kuadrant", namespace: "kuadrant-system" } }),
            k("core/v1:Secret", "connection", { metadata: { name: "maas-db-config", namespace: "redhat-ods-applications" } }),
            gatewayOf(),
        ],
        broken: [
            {
                what: "Kuadrant elsewhere",
                change: ([q]) => (q.props.metadata.namespace = "openshift-operators"),
                says: /^kuadrant: metadata\.namespace: openshift-operators; OpenShift AI looks for Authorino only in kuadrant-system; set kuadrant-system$/,
            },
            {
                what: "the database's Secret elsewhere",
                change: ([, c]) => (c.props.metadata.namespace = "maas"),
                says: /^connection: metadata\.namespace: maas/,
            },
            {
                what: "another gateway's name",
                change: ([, , g]) => (g.props.metadata.name = "maas-gateway"),
                says: /^gateway: metadata\.name: maas-gateway/,
            },
            {
                what: "the gateway elsewhere",
                change: ([, , g]) => (g.props.metadata.namespace = "maas"),
                says: /^gateway: metadata\.namespace: maas/,
            },
            {
                what: "the gateway of inference elsewhere",
                change: (all) =>
                    all.push(
                        k("gateway.networking.k8s.io/v1:Gateway", "inference", {
                            metadata: { name: "openshift-ai-inference", namespace: "models" },
                        }),
                    ),
                says: /^inference: metadata\.namespace: models/,
            },
            {
                what: "the operator of OpenShift AI elsewhere",
                change: (all) =>
                    all.push(
                        k("operators.coreos.com/v1alpha1:Subscription", "ai", {
                            metadata: { name: "rhods-operator", namespace: "openshift-operators" },
                            spec: { name: "rhods-operator" },
                        }),
                    ),
                says: /^ai: metadata\.namespace: openshift-operators/,
            },
            {
                what: "nodes elsewhere",
                change: (all) => {
                    const set = nodes(1) as any;
                    delete set.props.metadata.namespace;
                    all.push(set);
                },
                says: /^pool-l40s-us-east-2a: metadata\.namespace: not set/,
            },
            {
                what: "a subscription of a tenant that does not exist",
                change: (all) => all.push(tenancy("ai-tenant-b"), tenant("a")),
                says: /^tier: metadata\.namespace: ai-tenant-b/,
            },
            {
                what: "Kuadrant in the namespace of a tenant",
                change: (all) => ((all[0].props.metadata.namespace = "ai-tenant-a"), all.push(tenant("a"))),
                says: /^kuadrant: metadata\.namespace: ai-tenant-a/,
            },
            {
                what: "the database's Secret in a namespace of the APIs that does not exist",
                change: (all) => {
                    all[1].props.metadata.namespace = "redhat-ai-gateway-infra";
                    all.push(k("core/v1:Namespace", "other", { metadata: { name: "other" } }));
                },
                says: /^connection: metadata\.namespace: redhat-ai-gateway-infra/,
            },
            ...["my-ai-tenant-a", "ai-tenant-ab", "elsewhere-a"].map((namespace) => ({
                what: `a subscription in ${JSON.stringify(namespace)}, which is no tenant's`,
                change: (all: any[]) => all.push(tenancy(namespace), tenant("a")),
                says: /^tier: metadata\.namespace: /,
            })),
            {
                what: "the database's Secret elsewhere, beside the namespace of the APIs of later releases",
                change: (all) => {
                    all[1].props.metadata.namespace = "maas";
                    all.push(k("core/v1:Namespace", "apis", { metadata: { name: "redhat-ai-gateway-infra" } }));
                },
                says: /^connection: metadata\.namespace: maas/,
            },
        ],
        accepted: [
            {
                what: "another Secret elsewhere",
                change: ([, c]) => Object.assign(c.props.metadata, { name: "x", namespace: "y" }),
            },
            { what: "a subscription of a further tenant", change: (all) => all.push(tenancy("ai-tenant-a"), tenant("a")) },
            {
                what: "the database's Secret where the APIs of later releases are",
                change: (all) => {
                    all[1].props.metadata.namespace = "redhat-ai-gateway-infra";
                    all.push(
                        k("core/v1:Namespace", "apis", { metadata: { name: "redhat-ai-gateway-infra" } }),
                        k("core/v1:Namespace", "other", { metadata: { name: "other" } }),
                    );
                },
            },
            {
                what: "gateways of one's own whose names are like it, elsewhere",
                change: (all) =>
                    ["maas-default-gateway-2", "my-maas-default-gateway"].forEach((name) =>
                        all.push(k("gateway.networking.k8s.io/v1:Gateway", name, { metadata: { name, namespace: "shop" } })),
                    ),
            },
            {
                what: "another operator elsewhere",
                change: (all) =>
                    all.push(
                        k("operators.coreos.com/v1alpha1:Subscription", "nfd", {
                            metadata: { name: "nfd", namespace: "openshift-nfd" },
                            spec: { name: "nfd" },
                        }),
                    ),
            },
            {
                what: "nodes of the Cluster API where it looks for them",
                change: (all) =>
                    all.push(
                        k("cluster.x-k8s.io/v1beta1:MachineSet", "set", {
                            metadata: { name: "set", namespace: "openshift-cluster-api" },
                        }),
                    ),
            },
            {
                what: "a subscription of a further tenant whose name is not known, among others",
                change: (all) => all.push(tenancy("ai-tenant-b"), tenant("a"), tenant(UNKNOWN)),
            },
            {
                what: "a subscription of a further tenant of a longer name, among others",
                change: (all) => all.push(tenancy("ai-tenant-blue"), tenant("blue"), tenant("a")),
            },
            {
                what: "the database's Secret where the APIs of later releases may be",
                change: (all) => {
                    all[1].props.metadata.namespace = "redhat-ai-gateway-infra";
                    all.push(k("core/v1:Namespace", "apis", { metadata: { name: UNKNOWN } }));
                },
            },
        ],
    },
};
