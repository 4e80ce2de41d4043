/** Collects what a support case needs: the state of a stack, and its objects without secrets. */
import { stringify } from "yaml";

import type { Kube } from "../../components/kube";
import { isObject, manifestOf } from "../render/manifest";
import { resourceOf } from "../render/waits";
import { modelOf } from "../../rehearsal/report/model";
import { hiddenIn } from "../render/manifest";
import type { Plan } from "../../rehearsal/result";
import { type Status, statusOf } from "../status/status";
import { redacted, redactedText, valuesOf, withoutValues } from "./redact";

/** The kinds that describe a cluster beside the objects of the stack. */
const ALWAYS: readonly (readonly [apiVersion: string, plural: string])[] = [
    ["config.openshift.io/v1", "clusterversions"],
    ["config.openshift.io/v1", "clusteroperators"],
    ["config.openshift.io/v1", "infrastructures"],
    ["operators.coreos.com/v1alpha1", "subscriptions"],
    ["operators.coreos.com/v1alpha1", "installplans"],
    ["operators.coreos.com/v1alpha1", "clusterserviceversions"],
    ["operators.coreos.com/v1alpha1", "catalogsources"],
    ["machine.openshift.io/v1beta1", "machines"],
    ["v1", "nodes"],
    ["gateway.networking.k8s.io/v1", "httproutes"],
    ["kuadrant.io/v1", "authpolicies"],
    ["kuadrant.io/v1alpha1", "tokenratelimitpolicies"],
];

/** Of the namespaces of the stack. */
const OF_NAMESPACES: readonly (readonly [apiVersion: string, plural: string])[] = [
    ["v1", "pods"],
    ["v1", "events"],
    ["apps/v1", "deployments"],
    ["apps/v1", "statefulsets"],
];

/** Path in the folder -> content; and what could not be read. */
export interface Gathered {
    readonly files: ReadonlyMap<string, string>;
    readonly status: Status;
    readonly unread: readonly string[];
}

/**
 * Reads everything. What may not be read is listed, and does not end it. The values of the Secrets that may be read are removed from
 * everything else too, wherever they stand.
 *
 * @param tell is told how far it is
 */
export async function gather(
    kube: Kube,
    plan: Plan,
    settings: object,
    tell: (message: string) => void = () => undefined,
): Promise<Gathered> {
    const files = new Map<string, string>();
    const unread: string[] = [];
    const status = await statusOf(kube, plan, (requests) => tell(`status: ${requests} requests`));
    const secrets: object[] = [];
    files.set("status.json", redactedText(`${JSON.stringify(status, null, 2)}\n`));
    files.set("settings.yaml", stringify(redacted(settings)));
    const lists = new Map<string, readonly [string, string, string | undefined]>();
    const add = (apiVersion: string, plural: string, namespace?: string): void => {
        lists.set([namespace ?? "cluster", plural, apiVersion].join(" "), [apiVersion, plural, namespace]);
    };
    ALWAYS.forEach(([apiVersion, plural]) => add(apiVersion, plural));
    for (const { resource } of modelOf(plan).items) {
        if (!isObject(resource) || hiddenIn(resource.inputs["metadata"]).length > 0) {
            continue;
        }
        const { apiVersion, kind, metadata } = manifestOf(resource);
        add(apiVersion, resourceOf(kind, apiVersion).plural, metadata.namespace);
        if (metadata.namespace !== undefined) {
            OF_NAMESPACES.forEach(([version, plural]) => add(version, plural, metadata.namespace));
        }
    }
    for (const [apiVersion, plural, namespace] of lists.values()) {
        const place = `${namespace ?? "cluster"}/${plural}`;
        try {
            const objects = await kube.list({ apiVersion, plural, ...(namespace !== undefined && { namespace }) });
            tell(`reading ${place}, ${files.size} files`);
            if (plural === "secrets") {
                secrets.push(...objects);
            }
            const kind = plural === "secrets" ? { kind: "Secret" } : {};
            if (objects.length > 0) {
                files.set(`${place}.yaml`, objects.map((one) => stringify(redacted({ ...kind, ...one }))).join("---\n"));
            }
        } catch (e) {
            unread.push(`${place}: ${(e as Error).message}`);
        }
    }
    const values = valuesOf(secrets);
    files.forEach((text, file) => files.set(file, withoutValues(text, values)));
    return { files, status, unread };
}
