/** The kinds and namespaces that a support case needs. */
import { hiddenIn, isObject, manifestOf } from "../render/manifest";
import { resourceOf } from "../render/waits";
import type { Item } from "../../rehearsal/report/model";
import { podsBehind } from "../status/workloads";

/** Objects of one kind, in a namespace or in the cluster. */
export interface Place {
    readonly apiVersion: string;
    readonly plural: string;
    readonly namespace?: string;
}

/** The kinds that describe a cluster beside the objects of the stack. */
const ALWAYS: readonly Place[] = [
    { apiVersion: "config.openshift.io/v1", plural: "clusterversions" },
    { apiVersion: "config.openshift.io/v1", plural: "clusteroperators" },
    { apiVersion: "config.openshift.io/v1", plural: "infrastructures" },
    { apiVersion: "operators.coreos.com/v1alpha1", plural: "subscriptions" },
    { apiVersion: "operators.coreos.com/v1alpha1", plural: "installplans" },
    { apiVersion: "operators.coreos.com/v1alpha1", plural: "clusterserviceversions" },
    { apiVersion: "operators.coreos.com/v1alpha1", plural: "catalogsources" },
    { apiVersion: "machine.openshift.io/v1beta1", plural: "machines" },
    { apiVersion: "v1", plural: "nodes" },
    { apiVersion: "gateway.networking.k8s.io/v1", plural: "httproutes" },
    { apiVersion: "kuadrant.io/v1", plural: "authpolicies" },
    { apiVersion: "kuadrant.io/v1alpha1", plural: "tokenratelimitpolicies" },
];

/** Of the namespaces of the stack. */
const OF_NAMESPACES: readonly Place[] = [
    { apiVersion: "v1", plural: "pods" },
    { apiVersion: "v1", plural: "events" },
    { apiVersion: "v1", plural: "secrets" },
    { apiVersion: "apps/v1", plural: "deployments" },
    { apiVersion: "apps/v1", plural: "statefulsets" },
];

/** The kind of a workspace: its namespace belongs to a user. */
const WORKSPACE = "DevWorkspace";

/** The places of a stack, each once. */
export interface Places {
    readonly all: readonly Place[];
    /** Namespaces whose pods are the platform's. */
    readonly ours: ReadonlySet<string>;
}

/** @param operators namespaces of operators that somebody else has installed */
export function placesOf(items: readonly Item[], operators: readonly string[]): Places {
    const all = new Map<string, Place>();
    const add = (place: Place): unknown => all.set(JSON.stringify([place.namespace, place.plural, place.apiVersion]), place);
    ALWAYS.forEach(add);
    const namespaces = new Set(operators);
    const users = new Set<string>();
    for (const { resource } of items) {
        if (!isObject(resource) || hiddenIn(resource.inputs["metadata"]).length > 0) {
            continue;
        }
        const { apiVersion, kind, metadata } = manifestOf(resource);
        const { namespace } = metadata;
        add({ apiVersion, plural: resourceOf(kind, apiVersion).plural, ...(namespace !== undefined && { namespace }) });
        podsBehind(kind, namespace).forEach((one) => namespaces.add(one));
        if (kind === WORKSPACE && namespace !== undefined) {
            users.add(namespace);
        }
    }
    for (const namespace of namespaces) {
        OF_NAMESPACES.forEach((place) => add({ ...place, namespace }));
    }
    return { all: [...all.values()], ours: new Set([...namespaces].filter((one) => !users.has(one))) };
}
