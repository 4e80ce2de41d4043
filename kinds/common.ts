/** Pieces that the specs of several kinds share. */
import { z } from "zod";

import type { Release } from "../catalogue/releases";

/** A string of a known form: `T` is what compiles, `regex` what is accepted at run time. */
export function text<T extends string>(regex: RegExp, expected: string): z.ZodType<T, T> {
    return z
        .string()
        .regex(regex, { error: (issue) => `expected ${expected}, got ${JSON.stringify(issue.input)}` }) as unknown as z.ZodType<
        T,
        T
    >;
}

/** A name as DNS-1123 labels have it: lower-case letters, digits and dashes, 63 characters at most. */
export const dnsLabel = z
    .string()
    .max(63)
    .regex(
        /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
        "expected lower-case letters, digits and dashes, beginning and ending with a letter or digit, such as team-a",
    );

/** A host name. */
export const hostname = z
    .string()
    .max(253)
    .regex(
        /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
        "expected a lower-case host name such as maas.example.com",
    );

/** An https address: host, and port and path where they are needed. */
export const httpsUrl = z
    .string()
    .regex(
        /^https:\/\/[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(:[1-9][0-9]{0,4})?(\/[A-Za-z0-9._~-]+)*\/?$/,
        "expected an https address such as https://host.example.com, with port and path where needed",
    );

/** A Kubernetes quantity as a string: `500m`, `16Gi`, `1`. */
export const quantity = z
    .string()
    .regex(/^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/, "expected a quantity such as 500m, 2 or 16Gi");

/** A duration as Prometheus has it: `30s`, `1m30s`, `0`. */
export const prometheusDuration = z
    .string()
    .regex(
        /^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$/,
        "expected a duration such as 30s or 1m30s",
    );

/** A list that the API server keeps as a map or a set: no two items with the same key. */
export function unique<T extends z.ZodType>(item: T, key: (item: z.output<T>) => unknown = (i) => i): z.ZodArray<T> {
    return z.array(item).superRefine((items, context) => {
        const seen = new Map<unknown, number>();
        items.forEach((one, i) => {
            const first = seen.get(key(one));
            if (first !== undefined) {
                context.addIssue({
                    code: "custom",
                    path: [i],
                    message: `the same as item ${first}: ${JSON.stringify(key(one))}`,
                });
            } else {
                seen.set(key(one), i);
            }
        });
    });
}

/** String to string, as labels, annotations and node selectors are. */
export const stringMap = z.record(z.string(), z.string());

/** A toleration of a pod. */
export const toleration = z.strictObject({
    key: z.string().optional(),
    operator: z.enum(["Exists", "Equal"]).optional(),
    value: z.string().optional(),
    effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional(),
});

/** CPU, memory and extended resources (`nvidia.com/gpu`) by name. */
export const resourceRequirements = z.strictObject({
    limits: z.record(z.string(), quantity).optional(),
    requests: z.record(z.string(), quantity).optional(),
});

const httpProbe = z.strictObject({
    httpGet: z.strictObject({
        path: z.string(),
        port: z.number().int().min(1).max(65535),
        scheme: z.enum(["HTTP", "HTTPS"]).optional(),
    }),
    initialDelaySeconds: z.number().int().min(0).optional(),
    periodSeconds: z.number().int().min(1).optional(),
    timeoutSeconds: z.number().int().min(1).optional(),
    failureThreshold: z.number().int().min(1).optional(),
});

/** A variable of a container: plain, or read from the pod or from a Secret. */
const environmentVariable = z.union([
    z.strictObject({ name: z.string().min(1), value: z.string() }),
    z.strictObject({
        name: z.string().min(1),
        valueFrom: z.union([
            z.strictObject({
                fieldRef: z.strictObject({ fieldPath: z.enum(["status.podIP", "metadata.name", "spec.nodeName"]) }),
            }),
            z.strictObject({ secretKeyRef: z.strictObject({ name: dnsLabel, key: z.string().min(1) }) }),
        ]),
    }),
]);

/** A container of a pod template, as far as model services use it. */
export const container = z.strictObject({
    name: z.string().min(1),
    image: z.string().min(1).optional(),
    command: z.array(z.string()).optional(),
    args: z.array(z.string()).optional(),
    env: unique(environmentVariable, (variable) => variable.name).optional(),
    ports: unique(
        z.strictObject({
            containerPort: z.number().int().min(1).max(65535),
            name: dnsLabel.max(15).optional(),
            protocol: z.enum(["TCP", "UDP"]),
        }),
        (port) => `${port.containerPort}/${port.protocol}`,
    ).optional(),
    resources: resourceRequirements.optional(),
    livenessProbe: httpProbe.optional(),
    readinessProbe: httpProbe.optional(),
    startupProbe: httpProbe.optional(),
    volumeMounts: unique(
        z.strictObject({ name: dnsLabel, mountPath: z.string().min(1), readOnly: z.boolean().optional() }),
        (mount) => mount.mountPath,
    ).optional(),
});

/** A pod template's spec, as far as model services use it. */
export const podSpec = z.strictObject({
    containers: z.array(container).min(1),
    // From 3.5 on, KServe merges what its downloader is given here.
    initContainers: z
        .array(
            z.strictObject({
                name: z.literal("storage-initializer"),
                env: unique(environmentVariable, (variable) => variable.name),
            }),
        )
        .max(1)
        .optional(),
    tolerations: z.array(toleration).optional(),
    nodeSelector: stringMap.optional(),
    serviceAccountName: z.string().optional(),
    terminationGracePeriodSeconds: z.number().int().min(0).optional(),
    volumes: unique(
        z.strictObject({
            name: dnsLabel,
            emptyDir: z.strictObject({ medium: z.enum(["Memory"]).optional(), sizeLimit: quantity.optional() }).optional(),
            persistentVolumeClaim: z.strictObject({ claimName: z.string() }).optional(),
        }),
        (volume) => volume.name,
    ).optional(),
});

/** The management states of OpenShift and OpenShift AI components that this program sets. */
export const managed = z.enum(["Managed", "Removed"]);

/** The release of OpenShift AI that first has a field: earlier ones refuse the object that states it. */
export function since<T extends z.ZodType>(release: Release, schema: T): T {
    return schema.meta({ since: release }) as T;
}

/** Says of an object that a field excludes others: what JSON Schema cannot say, for whoever makes up examples. */
export function excluding(field: string, ...others: string[]): Record<string, unknown> {
    return { excludes: [field, ...others] };
}

/** Says of an object that one number is at most another, likewise. */
export function rising(least: string, most: string): Record<string, unknown> {
    return { rising: [least, most] };
}
