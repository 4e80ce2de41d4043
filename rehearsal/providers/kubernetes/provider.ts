/* eslint-disable max-lines -- one provider: its methods share how objects are named, compared and refused */
/**
 * The Kubernetes provider's behaviour against any cluster. Sources: docs/sources/pulumi.md#waiting, #custom-resources,
 * #patches.
 */
import { ApiError, type Cluster, type KubeObject, type ObjectRef } from "../../cluster/cluster";
import { containsUnknown, plain, Secret, secret, UNKNOWN, type Value, type Values } from "../../values";
import { digest } from "../echo";
import {
    changedPaths,
    type Difference,
    type Done,
    type Provider,
    type ProviderContext,
    type Subject,
    type Timeout,
    touches,
} from "../provider";
import { type Gate, gatesOf, isTrue } from "./gates";
import { fixedFields, scopeOf } from "./kinds";
import { describeRef, waitUntilGone, waitUntilReady } from "./wait";

/** The provider's default for every operation. */
const DEFAULT_SECONDS = 600;
/** A create is tried again after these waits when the namespace or the kind is missing: 63 s in all. */
const RETRY_SECONDS = [1, 2, 4, 8, 16, 32];
/** Who owns the fields of ordinary resources. */
const MANAGER = "pulumi-kubernetes";

/** What a dry run may be refused for without a preview being refused: what is missing may be made before. */
const CREATED_IN_SPITE_OF = new Set(["Forbidden", "NotFound", "NoKindMatch", "AlreadyExists"]);
const UPDATED_IN_SPITE_OF = new Set(["Forbidden", "NoKindMatch"]);

const PATCH_MANAGER = "pulumi.com/patchFieldManager";
const PATCH_FORCE = "pulumi.com/patchForce";

type ClusterContext = ProviderContext & { readonly cluster: Cluster };

/** `@pulumi/kubernetes`, as far as it writes, awaits, patches, reads and deletes objects. */
export class KubernetesProvider implements Provider {
    constructor(private readonly context: ProviderContext) {}

    check(subject: Subject, inputs: Values, old: Values | undefined): Values {
        const { apiVersion, kind } = identityOf(subject, inputs);
        const given = unwrapped(inputs["metadata"]);
        if (given === UNKNOWN && !isPatch(subject, kind)) {
            return { ...inputs, apiVersion, kind };
        }
        const metadata: Values = isMap(given) ? { ...given } : {};
        if (isPatch(subject, kind)) {
            if (metadata["name"] === undefined || metadata["name"] === UNKNOWN) {
                throw new Error("patch resources require the `.metadata.name` field to be set");
            }
        } else if (metadata["name"] === undefined && metadata["generateName"] === undefined) {
            const before = isMap(old?.["metadata"]) ? old["metadata"]["name"] : undefined;
            metadata["name"] = before ?? `${subject.name}-${digest(`${subject.urn}${subject.replaces ?? ""}`, 8)}`;
            metadata["annotations"] = { ...(metadata["annotations"] as Values | undefined), "pulumi.com/autonamed": "true" };
        }
        // Whether a custom resource without a namespace has one is for the cluster to say, when it is written.
        if (metadata["namespace"] === undefined && scopeOf(apiVersion, kind) === "namespaced") {
            metadata["namespace"] = defaultNamespace(subject);
        }
        const checked: Values = { ...inputs, apiVersion, kind, metadata };
        if (apiVersion !== "v1" || (kind !== "Secret" && kind !== "ConfigMap")) {
            return checked;
        }
        return withoutEmpty(kind === "Secret" ? withoutStringData(checked) : checked);
    }

    diff(subject: Subject, _id: string, olds: Values, news: Values): Difference {
        const changed = changedPaths(olds, news);
        if (changed.length === 0) {
            return { changed: false, replaces: [], deleteBeforeReplace: false };
        }
        const object = plain(news);
        const config = plain(subject.config) as Record<string, unknown>;
        const fixed = isPatch(subject, object.kind) ? [".metadata.name", ".metadata.namespace"] : fixedFields(object, config);
        const identity = changed.filter((p) => p === ".kind" || (p === ".apiVersion" && groupOf(olds) !== groupOf(news)));
        // Where the metadata is not known as a whole, neither is the name.
        const replaces = [...identity, ...changed.filter((p) => p === ".metadata" || fixed.some((f) => touches(p, f)))];
        const [before, after] = [metadataOf(olds), metadataOf(news)];
        const autonamed = isTrue((after["annotations"] as Values | undefined)?.["pulumi.com/autonamed"]);
        const sameName = before["name"] === after["name"] && before["namespace"] === after["namespace"];
        return { changed: true, replaces, deleteBeforeReplace: replaces.length > 0 && !autonamed && sameName };
    }

    async create(subject: Subject, inputs: Values, timeout: Timeout): Promise<Done> {
        if (this.context.dryRun) {
            return this.previewed(subject, "", inputs, true);
        }
        const context = this.live();
        const object = toObject(subject, inputs);
        const { gates, seconds } = gatesOf(object, true);
        const written = await this.withRetries(subject, object, () => this.write(context, subject, object));
        return this.awaited(context, subject, written, gates, timeout ?? seconds ?? DEFAULT_SECONDS, (ref, why) => {
            return (
                `resource ${JSON.stringify(subject.urn)} was successfully created, but the Kubernetes API server ` +
                `reported that it failed to fully initialize or become live: ${why}`
            );
        });
    }

    async update(subject: Subject, id: string, olds: Values, news: Values, timeout: Timeout): Promise<Done> {
        if (this.context.dryRun) {
            return this.previewed(subject, id, news, false);
        }
        const context = this.live();
        const object = toObject(subject, news);
        const { gates, seconds } = gatesOf(object, false);
        const live = await context.cluster.get(refOf(object));
        dropIgnored(subject, object, plain(olds), live);
        let written: KubeObject;
        try {
            written = await context.cluster.apply(object, this.applyOptions(subject, object));
        } catch (e) {
            this.refused(subject, object, e);
            if (live === undefined) {
                throw new Error(this.updateError(subject, object, e));
            }
            // The next run tries again, whatever it wants by then.
            const pendingErrors = [notLive(id, this.explained(subject, object, e))];
            return { id, inputs: olds, outputs: outputsOf(live), readyWhen: "accepted", pendingErrors };
        }
        return this.awaited(context, subject, written, gates, timeout ?? seconds ?? DEFAULT_SECONDS, notLive);
    }

    async delete(subject: Subject, id: string, olds: Values, outputs: Values, timeout: Timeout): Promise<void> {
        if (this.context.dryRun) {
            return;
        }
        const context = this.live();
        const object = toObject(subject, olds, id);
        const ref = refOf(object);
        if (isPatch(subject, object.kind)) {
            await this.relinquish(context, subject, object);
            return;
        }
        const live = await context.cluster.get(ref);
        if (live === undefined || !sameObject(live, outputs)) {
            return;
        }
        try {
            await context.cluster.delete(ref, { propagationPolicy: propagation(object) });
        } catch (e) {
            if (e instanceof ApiError && (e.reason === "NotFound" || e.reason === "NoKindMatch")) {
                return;
            }
            throw e;
        }
        const { seconds } = gatesOf({ ...object, metadata: { ...object.metadata, annotations: timeoutOnly(object) } }, false);
        const left = await waitUntilGone(context, live, timeout ?? seconds ?? DEFAULT_SECONDS);
        if (left !== undefined) {
            const finalizers = left.metadata.finalizers ?? [];
            this.context.warn(subject.urn, `finalizers might be preventing deletion (${finalizers.join(", ")})`);
            throw new Error(
                `timed out waiting for ${describeRef(ref)} to be deleted; finalizers left: ${finalizers.join(", ") || "none"}`,
            );
        }
    }

    async read(subject: Subject, id: string, inputs: Values): Promise<Done | undefined> {
        if (this.context.cluster === undefined) {
            // Without a cluster nothing is known of the object but what the program says itself.
            return { id, outputs: inputs, readyWhen: "read" };
        }
        const identity = identityOf(subject, inputs);
        const { name, namespace } = parseId(id);
        const live = await this.context.cluster.get({
            ...identity,
            name,
            ...((namespace !== undefined || scopeOf(identity.apiVersion, identity.kind) === "namespaced") && {
                namespace: namespace ?? defaultNamespace(subject),
            }),
        });
        return live === undefined ? undefined : { id: idOf(live), outputs: outputsOf(live, inputs), readyWhen: "read" };
    }

    invoke(token: string, args: Values): Promise<Values> {
        if (token === "kubernetes:yaml:decode") {
            const { parseAllDocuments } = require("yaml") as typeof import("yaml");
            const text = String(plain(args["text"] ?? ""));
            return Promise.resolve({ result: parseAllDocuments(text).map((d) => d.toJS() as Value) });
        }
        return Promise.reject(new Error(`a rehearsal has no answer to ${token}`));
    }

    /** What a write would give, by a dry run where the cluster can be asked for one. @throws Error when it would be refused */
    private async previewed(subject: Subject, id: string, inputs: Values, creating: boolean): Promise<Done> {
        const echoed = { id, outputs: inputs, readyWhen: readyText(gatesIn(inputs, creating)) };
        const { cluster } = this.context;
        if (cluster === undefined || containsUnknown(inputs)) {
            return echoed;
        }
        const object = toObject(subject, inputs);
        if (creating && isPatch(subject, object.kind)) {
            return echoed;
        }
        try {
            const seen = await (creating
                ? this.write({ ...this.context, cluster }, subject, object)
                : cluster.apply(object, { ...this.applyOptions(subject, object), dryRun: true }));
            const { status: _, ...made } = seen;
            return { ...echoed, outputs: outputsOf(creating ? made : seen) };
        } catch (e) {
            const passes = creating ? CREATED_IN_SPITE_OF : UPDATED_IN_SPITE_OF;
            if (e instanceof ApiError && passes.has(e.reason)) {
                return echoed;
            }
            this.refused(subject, object, e);
            throw new Error(creating ? this.creationError(subject, object, e) : notLive(id, this.explained(subject, object, e)));
        }
    }

    private live(): ClusterContext {
        if (this.context.cluster === undefined) {
            throw new Error("configured Kubernetes cluster is unreachable: there is none in this run");
        }
        return this.context as ClusterContext;
    }

    private applyOptions(subject: Subject, object: KubeObject): { fieldManager: string; force: boolean } {
        const annotations = object.metadata.annotations ?? {};
        const force = isTrue(annotations[PATCH_FORCE]) || isTrue(plain(subject.config["enablePatchForce"] ?? null));
        const fallback = isPatch(subject, object.kind) ? `${MANAGER}-${digest(subject.urn, 8)}` : MANAGER;
        return { fieldManager: annotations[PATCH_MANAGER] ?? fallback, force };
    }

    private async write(context: ClusterContext, subject: Subject, object: KubeObject): Promise<KubeObject> {
        if (isPatch(subject, object.kind) || isTrue(plain(subject.config["upsertExistingObjects"] ?? null))) {
            return context.cluster.apply(object, { ...this.applyOptions(subject, object), dryRun: context.dryRun });
        }
        try {
            return await createOwned(context, object);
        } catch (e) {
            const lacksNamespace =
                e instanceof ApiError && object.metadata.namespace === undefined && /namespace/i.test(e.message);
            if (!lacksNamespace || e.reason === "NoKindMatch" || scopeOf(object.apiVersion, object.kind) !== "unknown") {
                throw e;
            }
            object.metadata.namespace = defaultNamespace(subject);
            return createOwned(context, object);
        }
    }

    /** Tries a write again, as the provider does, while its namespace or kind is missing. */
    private async withRetries(subject: Subject, object: KubeObject, write: () => Promise<KubeObject>): Promise<KubeObject> {
        for (let attempt = 0; ; attempt++) {
            try {
                return await write();
            } catch (e) {
                this.refused(subject, object, e);
                const pause = RETRY_SECONDS[attempt];
                if (!(e instanceof ApiError) || !(e.reason === "NotFound" || e.reason === "NoKindMatch") || pause === undefined) {
                    throw new Error(this.creationError(subject, object, e));
                }
                this.context.status(subject.urn, `Retry #${attempt}; creation failed: ${e.message}`);
                await this.pause(pause);
            }
        }
    }

    private pause(seconds: number): Promise<void> {
        const { clock, signal } = this.context;
        return new Promise((resolve, reject) => {
            const abort = (): void => reject(new Error("the run was ended"));
            signal.addEventListener("abort", abort, { once: true });
            clock.after(seconds, () => {
                const release = clock.hold();
                signal.removeEventListener("abort", abort);
                resolve();
                setImmediate(release);
            });
        });
    }

    private creationError(subject: Subject, object: KubeObject, e: unknown): string {
        if (e instanceof ApiError && e.reason === "NoKindMatch") {
            return (
                `creation of resource ${JSON.stringify(subject.urn)} with kind ${object.apiVersion}/${object.kind} failed because the ` +
                "Kubernetes API server reported that the apiVersion for this resource does not exist. " +
                `Verify that any required CRDs have been created: ${e.message}`
            );
        }
        const why = this.explained(subject, object, e);
        return `resource ${JSON.stringify(subject.urn)} was not successfully created by the Kubernetes API server: ${why}`;
    }

    private updateError(subject: Subject, object: KubeObject, e: unknown): string {
        return `update of resource ${JSON.stringify(subject.urn)} failed: ${this.explained(subject, object, e)}`;
    }

    private explained(subject: Subject, object: KubeObject, e: unknown): string {
        const { message } = e as Error;
        if (e instanceof ApiError && e.reason === "AlreadyExists") {
            return (
                `${message}\n\nThe resource already exists in the cluster: use an alias if it was renamed, a Patch resource to manage ` +
                "some of its fields, `pulumi import` to adopt it, or upsertExistingObjects on the provider."
            );
        }
        if (e instanceof ApiError && e.reason === "Conflict") {
            const { fieldManager } = this.applyOptions(subject, object);
            return (
                "server-side apply field conflict detected\n" +
                `The resource managed by field manager ${JSON.stringify(fieldManager)} had an apply conflict: ${message}`
            );
        }
        return message;
    }

    private refused(subject: Subject, object: KubeObject, e: unknown): void {
        if (e instanceof ApiError) {
            this.context.reject({ urn: subject.urn, object: describeRef(refOf(object)), reason: e.reason, message: e.message });
        }
    }

    private async awaited(
        context: ClusterContext,
        subject: Subject,
        written: KubeObject,
        gates: readonly Gate[],
        seconds: number,
        explain: (id: string, why: string) => string,
    ): Promise<Done> {
        const id = idOf(written);
        if (gates.length === 0) {
            return { id, outputs: outputsOf(written), readyWhen: "accepted" };
        }
        const { ready, object, message } = await waitUntilReady(context, subject.urn, written, gates, seconds);
        const done = { id, outputs: outputsOf(object), readyWhen: readyText(gates) };
        return ready ? done : { ...done, pendingErrors: [explain(id, message!)] };
    }

    /** Deleting a patch gives up its fields; the object stays. */
    private async relinquish(context: ClusterContext, subject: Subject, object: KubeObject): Promise<void> {
        if ((await context.cluster.get(refOf(object))) === undefined) {
            return;
        }
        const { apiVersion, kind, metadata } = object;
        const identity: KubeObject = {
            apiVersion,
            kind,
            metadata: { name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) },
        };
        try {
            await context.cluster.apply(identity, this.applyOptions(subject, object));
        } catch (e) {
            this.refused(subject, object, e);
            throw new Error(`deletion of patch ${JSON.stringify(subject.urn)} failed: ${(e as Error).message}`);
        }
    }
}

/** Why an object that is there is not what it should be. */
function notLive(id: string, why: string): string {
    return `the Kubernetes API server reported that ${JSON.stringify(id)} failed to fully initialize or become live: ${why}`;
}

function isMap(value: unknown): value is Values {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

function metadataOf(values: Values): Values {
    const metadata = unwrapped(values["metadata"]);
    return isMap(metadata) ? metadata : {};
}

function groupOf(values: Values): string {
    return String(values["apiVersion"]).split("/")[0]!;
}

/** Which kind of object a resource is. @throws Error for the provider's resources that are no objects */
function identityOf(subject: Subject, inputs: Values): { apiVersion: string; kind: string } {
    const { apiVersion, kind } = inputs;
    if (typeof apiVersion === "string" && typeof kind === "string") {
        return { apiVersion, kind };
    }
    const match = /^kubernetes:(.+)\/([^/:]+):([^:]+)$/.exec(subject.type);
    if (match === null || match[1] === "helm.sh" || match[1] === "kustomize") {
        throw new Error(`${subject.type} is rendered by the real provider; a rehearsal knows objects only`);
    }
    const group = match[1]!;
    return { apiVersion: group === "core" ? match[2]! : `${group}/${match[2]}`, kind: match[3]! };
}

/** Whether the resource writes some fields of an object that somebody else owns. */
function isPatch(subject: Subject, kind: string): boolean {
    return subject.type.endsWith(`:${kind}Patch`);
}

function defaultNamespace(subject: Subject): string {
    const namespace: unknown = plain(subject.config["namespace"] ?? null);
    return typeof namespace === "string" && namespace !== "" ? namespace : "default";
}

/** `stringData` as the API server keeps it: base64 in `data`; secret when either was. What is unknown stays as it is. */
function withoutStringData(secretObject: Values): Values {
    const { stringData, ...rest } = secretObject;
    const [texts, data] = [unwrapped(stringData), unwrapped(rest["data"])];
    if (!isMap(texts) || !(data === undefined || data === null || isMap(data))) {
        return secretObject;
    }
    const encoded = Object.entries(texts).map(([key, value]) => [key, base64(value)] as const);
    const all: Values = { ...data, ...Object.fromEntries(encoded) };
    return { ...rest, data: stringData instanceof Secret || rest["data"] instanceof Secret ? secret(all) : all };
}

/** Without maps that hold nothing: the types of the API leave them out. */
function withoutEmpty(object: Values): Values {
    return Object.fromEntries(Object.entries(object).filter(([, value]) => !(isMap(value) && Object.keys(value).length === 0)));
}

function unwrapped(value: Value | undefined): Value | undefined {
    return value instanceof Secret ? value.value : value;
}

function base64(value: Value): Value {
    if (value instanceof Secret) {
        return secret(base64(value.value));
    }
    return typeof value === "string" ? Buffer.from(value, "utf8").toString("base64") : value;
}

/** The object to send. @throws Error when something in it is not known */
function toObject(subject: Subject, inputs: Values, id?: string): KubeObject {
    if (id === undefined && containsUnknown(inputs)) {
        throw new Error("its inputs are not all known");
    }
    const object = plain(inputs) as KubeObject;
    return { ...object, metadata: { ...object.metadata, ...(id !== undefined && parseId(id)) } };
}

function refOf(object: KubeObject): ObjectRef {
    const { apiVersion, kind, metadata } = object;
    return { apiVersion, kind, name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) };
}

function idOf(object: KubeObject): string {
    const { name, namespace } = object.metadata;
    return namespace === undefined || namespace === "" ? name : `${namespace}/${name}`;
}

function parseId(id: string): { name: string; namespace?: string } {
    const slash = id.indexOf("/");
    return slash < 0 ? { name: id } : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** What the program sees of an object: all of it but the bookkeeping of field managers. */
function outputsOf(object: KubeObject, inputs?: Values): Values {
    const { managedFields: _, ...metadata } = object.metadata;
    const outputs = { ...inputs, ...object, metadata } as unknown as Values;
    const isSecret = object.apiVersion === "v1" && object.kind === "Secret" && outputs["data"] !== undefined;
    return isSecret ? { ...outputs, data: secret(outputs["data"]!) } : outputs;
}

function gatesIn(inputs: Values, creating: boolean): readonly Gate[] {
    // The syntax of gates is checked at update only, as the provider does.
    try {
        return gatesOf(plain(inputs) as KubeObject, creating).gates;
    } catch {
        return [];
    }
}

function readyText(gates: readonly Gate[]): string {
    return gates.length === 0 ? "accepted" : gates.map((g) => g.text).join(", ");
}

/** An object of the same name that somebody made anew is not ours to delete. */
function sameObject(live: KubeObject, outputs: Values): boolean {
    const uid = metadataOf(outputs)["uid"];
    return uid === undefined || live.metadata.uid === undefined || live.metadata.uid === uid;
}

function propagation(object: KubeObject): "Foreground" | "Background" | "Orphan" {
    const policy = object.metadata.annotations?.["pulumi.com/deletionPropagationPolicy"]?.toLowerCase();
    return policy === "background" ? "Background" : policy === "orphan" ? "Orphan" : "Foreground";
}

function timeoutOnly(object: KubeObject): Record<string, string> {
    const seconds = object.metadata.annotations?.["pulumi.com/timeoutSeconds"];
    return { "pulumi.com/skipAwait": "true", ...(seconds !== undefined && { "pulumi.com/timeoutSeconds": seconds }) };
}

/** Leaves to others what they have changed meanwhile in the fields whose changes are ignored. */
function dropIgnored(subject: Subject, object: KubeObject, olds: unknown, live: KubeObject | undefined): void {
    for (const path of subject.ignoreChanges ?? []) {
        const steps = path.split(".");
        if (live !== undefined && JSON.stringify(at(live, steps)) !== JSON.stringify(at(olds, steps))) {
            const holder = at(object, steps.slice(0, -1));
            if (isMap(holder)) {
                delete holder[steps.at(-1)!];
            }
        }
    }
}

function at(root: unknown, steps: readonly string[]): unknown {
    return steps.reduce<unknown>((value, step) => (isMap(value) ? value[step] : undefined), root);
}

/**
 * Creates an object by what a POST would be refused for, and leaves its fields to server-side apply.
 *
 * The provider creates with a POST and, before its first update, turns the fields over to its server-side apply by
 * rewriting `managedFields`: an API server takes the two for different managers. The outcome is the same.
 */
async function createOwned({ cluster, dryRun }: ClusterContext, object: KubeObject): Promise<KubeObject> {
    const seen = await cluster.create(object, { fieldManager: MANAGER, dryRun: true });
    return dryRun ? seen : cluster.apply(object, { fieldManager: MANAGER });
}
