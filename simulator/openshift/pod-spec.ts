/** The requests of pods that decide whether they start. */
import { K } from "../kind-names";

/** The part of a pod template that is looked at. */
export interface PodSpec {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly volumes?: readonly Record<string, any>[];
    readonly tolerations?: readonly { key?: string; operator?: string; value?: string; effect?: string }[];
    readonly nodeSelector?: Readonly<Record<string, string>>;
}

interface Container {
    readonly image?: string;
    readonly startupProbe?: { readonly periodSeconds?: number; readonly failureThreshold?: number };
    readonly env?: readonly { valueFrom?: Record<string, { name?: string; optional?: boolean }> }[];
    readonly envFrom?: readonly {
        secretRef?: { name?: string; optional?: boolean };
        configMapRef?: { name?: string; optional?: boolean };
    }[];
    readonly resources?: {
        readonly limits?: Record<string, string | number>;
        readonly requests?: Record<string, string | number>;
    };
}

/** Extended resources that only some nodes have. */
const ACCELERATORS = ["nvidia.com/gpu", "habana.ai/gaudi", "amd.com/gpu"];

/** Secrets, ConfigMaps and claims that a pod cannot start without, as `kind/name`. */
export function references(spec: PodSpec): string[] {
    const found: string[] = [];
    const add = (kind: string, name: string | undefined, optional?: boolean): void => {
        if (name && !optional) {
            found.push(`${kind}|${name}`);
        }
    };
    for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
        for (const { valueFrom } of container.env ?? []) {
            add(K.Secret, valueFrom?.secretKeyRef?.name, valueFrom?.secretKeyRef?.optional);
            add(K.ConfigMap, valueFrom?.configMapKeyRef?.name, valueFrom?.configMapKeyRef?.optional);
        }
        for (const { secretRef, configMapRef } of container.envFrom ?? []) {
            add(K.Secret, secretRef?.name, secretRef?.optional);
            add(K.ConfigMap, configMapRef?.name, configMapRef?.optional);
        }
    }
    for (const { secret, configMap, persistentVolumeClaim } of spec.volumes ?? []) {
        add(K.Secret, secret?.secretName, secret?.optional);
        add(K.ConfigMap, configMap?.name, configMap?.optional);
        add(K.PersistentVolumeClaim, persistentVolumeClaim?.claimName);
    }
    return found;
}

/** The accelerators that a pod asks for, if any. */
export function demand(spec: PodSpec): [resource: string, count: number] | undefined {
    for (const resource of ACCELERATORS) {
        const count = spec.containers.reduce(
            (sum, { resources }) => sum + Number(resources?.limits?.[resource] ?? resources?.requests?.[resource] ?? 0),
            0,
        );
        if (count > 0) {
            return [resource, count];
        }
    }
    return undefined;
}

export function tolerated({ tolerations = [] }: PodSpec, taint: { key: string; value?: string; effect: string }): boolean {
    return tolerations.some(
        ({ key, operator, value, effect }) =>
            (key === undefined ? operator === "Exists" : key === taint.key) &&
            (effect === undefined || effect === "" || effect === taint.effect) &&
            (operator === "Exists" || (value ?? "") === (taint.value ?? "")),
    );
}
